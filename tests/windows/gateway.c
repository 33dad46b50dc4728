/*
 * gateway.c - a creon-gateway that does nothing, for tests of gateway.cmd: it
 * prints its options and ends with the status on the first line of the file
 * "statuses", which loses that line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	char text[256] = "", *rest;
	FILE *f = fopen("statuses", "rb");
	int status;

	if (f == NULL)
		return 1;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	status = (int)strtol(text, &rest, 10);
	if ((f = fopen("statuses", "wb")) == NULL)
		return 1;
	fputs(rest + strspn(rest, "\r\n"), f);
	fclose(f);
	for (int i = 1; i < argc; i++)
		printf("%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
	fprintf(stderr, "words of the gateway\n");
	return status;
}
