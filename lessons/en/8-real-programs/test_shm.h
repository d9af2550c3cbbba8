// SPDX-License-Identifier: CC-BY-SA-4.0

/* What server and client share, in both editions. The flag of their model is
   not volatile: there a compiler that optimises looks at it only once. */

#define TEXT_SZ 2048

struct shared_use_st {
	volatile int written_by_you;
	char some_text[TEXT_SZ];
};
