/* trap.c - see trap.h. */
#include "creon/trap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"

#define FILE_MAX 4096

/* The whole file as text; "" where there is none. */
static void
read_all(const char *path, char text[FILE_MAX])
{
	FILE *f = path == NULL ? NULL : fopen(path, "r");
	size_t n = 0;

	if (f != NULL) {
		n = fread(text, 1, FILE_MAX - 1, f);
		fclose(f);
	}
	text[n] = '\0';
}

/* "once NAME WORD" -> once, rest behind NAME; NULL: another trap's line. */
static const char *
match(const char *line, const char *name, bool *is_once)
{
	size_t n = strlen(name);

	*is_once = strncmp(line, "once ", 5) == 0;
	if (*is_once)
		line += 5;
	if (strncmp(line, name, n) != 0)
		return NULL;
	return line[n] == ' '                  ? line + n + 1 :
	    line[n] == '\n' || line[n] == '\0' ? line + n :
						 NULL;
}

/* The file without the line at [from, to). */
static void
remove_line(const char *path, const char *text, size_t from, size_t to)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return;
	fwrite(text, 1, from, f);
	fputs(text + to, f);
	fclose(f);
}

bool
trap_strikes(const char *path, const char *name, char *word, size_t size)
{
	char text[FILE_MAX];
	const char *line, *next, *rest;
	bool is_once;

	read_all(path, text);
	for (line = text; *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		next += *next == '\n';
		if ((rest = match(line, name, &is_once)) == NULL)
			continue;
		if (word != NULL)
			snprintf(
			    word, size, "%.*s", (int)strcspn(rest, "\n"), rest);
		if (is_once)
			remove_line(path, text, (size_t)(line - text),
			    (size_t)(next - text));
		return true;
	}
	return false;
}

bool
trap_number(const char *path, const char *name, int dflt, int *number)
{
	char word[32];
	int64_t n;

	if (!trap_strikes(path, name, word, sizeof(word)))
		return false;
	*number = int_parse(word, -1000000, 1000000, &n) == 0 ? (int)n : dflt;
	return true;
}

bool
trap_names(const char *path, const char *name, const char *word)
{
	char both[64];

	snprintf(both, sizeof(both), "%s %s", name, word);
	return trap_strikes(path, both, NULL, 0);
}
