// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/claim.h"

bool claim_is_known(const struct step *claim)
{
	const struct code *code = &claim->code[0];

	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op >= CODE_REMOTE && code->nodes[i].op != CODE_STATE)
			return false;
	return true;
}
