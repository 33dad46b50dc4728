/*
 * spell.h - CREON's spelling of things into ours.  (The other way round, for
 * stock codes, CREON has to be asked: session_spell().)
 */
#ifndef GATEWAY_SPELL_H
#define GATEWAY_SPELL_H

#include "base/types.h"

/* A005930 -> 005930, Q500001 -> 500001; "" for what is no share, fund or
 * note: ELWs (J), indices (U), texts of other length.  False then. */
bool spell_ours(const char *spelt, char code[CODE_SIZE]);
/* 호가구분: "01" limit, "03" market; the others have no name of ours. */
const char *spell_kind(const char *creon_kind);
/* "1" sell, "2" buy; NULL for anything else. */
const char *spell_side(const char *creon_side);

#endif
