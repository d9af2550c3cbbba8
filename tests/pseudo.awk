# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes a catalogue in a language that is not one: each message of a .pot, between 【 and 】, in full-width
# letters, which are twice as wide. What is to be filled in (%s, %zu) stays as it is; no message has an
# ellipsis of its own. So it is read as well as English, it is as wide as Chinese, and
# what is cut shows it.

BEGIN {
	small = "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ"
	large = "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
	split_letters("abcdefghijklmnopqrstuvwxyz", small)
	split_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", large)
}

# awk may count bytes: each of these letters has three.
function split_letters(ascii, wide,    i, n) {
	n = length(wide) / 26
	for (i = 0; i < 26; i++)
		letter[substr(ascii, i + 1, 1)] = substr(wide, i * n + 1, n)
}

function widened(text,    out, c) {
	gsub(/…/, "..", text)
	while (text != "") {
		if (match(text, /^\\./) || match(text, /^%[-+ #0-9.*$]*(<[A-Za-z0-9]*>|[hljzt]*[A-Za-z%])/)) {
			out = out substr(text, 1, RLENGTH)
			text = substr(text, RLENGTH + 1)
			continue
		}
		c = substr(text, 1, 1)
		out = out (c in letter ? letter[c] : c)
		text = substr(text, 2)
	}
	return out
}

# The text of a message, as it stands between the quotes of its lines. Blanks and \n at its ends stay there; one
# without a letter is a sign.
function translated(text,    before, after) {
	if (text !~ /[A-Za-z]/)
		return text
	if (match(text, /^ +/)) {
		before = substr(text, 1, RLENGTH)
		text = substr(text, RLENGTH + 1)
	}
	if (match(text, /( |\\n)+$/)) {
		after = substr(text, RSTART)
		text = substr(text, 1, RSTART - 1)
	}
	return before "【" widened(text) "】" after
}

function put() {
	if (id == "") {
		print "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n" \
			"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n"
	} else if (plural != "") {
		printf "%smsgid \"%s\"\nmsgid_plural \"%s\"\nmsgstr[0] \"%s\"\nmsgstr[1] \"%s\"\n\n", flags, id, plural,
			translated(id), translated(plural)
	} else {
		printf "%smsgid \"%s\"\nmsgstr \"%s\"\n\n", flags, id, translated(id)
	}
	flags = id = plural = into = ""
}

function text_of(line) {
	sub(/^[^"]*"/, "", line)
	sub(/"$/, "", line)
	return line
}

/^#,/ { flags = $0 "\n"; next }
/^#/ { next }
/^msgid_plural / { plural = text_of($0); into = "plural"; next }
/^msgid / { id = text_of($0); into = "id"; next }
/^msgstr/ { into = "str"; next }
/^"/ && into == "id" { id = id text_of($0) }
/^"/ && into == "plural" { plural = plural text_of($0) }
/^$/ && into != "" { put() }
END { if (into != "") put() }
