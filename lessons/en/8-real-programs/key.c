// SPDX-License-Identifier: CC-BY-SA-4.0

/* ftok("key.c", 0xFF) makes a key of this file's number, not of its text. */
