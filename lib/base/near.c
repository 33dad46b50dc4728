/* near.c - see near.h. */
#include "base/near.h"

#include <stdlib.h>
#include <string.h>

#define MOST       40 /* letters of a word; longer ones are like none */
#define MOST_SLIPS 3

static int
least(int a, int b)
{
	return a < b ? a : b;
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Slips between two words of at most MOST letters: the table of Levenshtein
 * with neighbours changed, two rows of which are not enough. */
static int
slips(const char *a, int na, const char *b, int nb)
{
	int t[MOST + 1][MOST + 1];

	for (int i = 0; i <= na; i++)
		t[i][0] = i;
	for (int j = 0; j <= nb; j++)
		t[0][j] = j;
	for (int i = 1; i <= na; i++)
		for (int j = 1; j <= nb; j++) {
			int x = lower(a[i - 1]), y = lower(b[j - 1]);

			t[i][j] = least(t[i - 1][j - 1] + (x != y),
			    least(t[i - 1][j], t[i][j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b[j - 2]) &&
			    y == lower(a[i - 2]))
				t[i][j] = least(t[i][j], t[i - 2][j - 2] + 1);
		}
	return t[na][nb];
}

const char *
near_word(const char *said, const char *const *words)
{
	size_t n = strlen(said);
	const char *found = NULL;
	int best;

	if (n == 0 || n > MOST)
		return NULL;
	/* One slip of up to five letters, two of up to ten. */
	best = least(1 + ((int)n - 1) / 5, MOST_SLIPS) + 1;
	for (; *words != NULL; words++) {
		size_t m = strlen(*words);
		int apart;

		if (m > MOST)
			continue;
		apart = slips(said, (int)n, *words, (int)m);
		if (apart < best) {
			best = apart;
			found = *words;
		}
	}
	return found;
}
