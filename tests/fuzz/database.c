/*
 * A damaged file in place of the database: bytes of a sound one changed, or
 * its end cut off.  Every program says one clear line or does its work; none
 * crashes.  Input: a letter, 'd' the database or 'p' the paper broker's
 * books; then pieces of where (three bytes, the lowest first), how many (one
 * byte, of which 0 cuts the file off there), and the bytes to be put.
 */
#include "world.h"

static size_t
damage(char *file, size_t n, const uint8_t *p, size_t size)
{
	while (size >= 4) {
		size_t at = (p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16) % n;
		size_t len = p[3] % 17;

		p += 4;
		size -= 4;
		if (len == 0)
			return at > 0 ? at : 1;
		if (len > size)
			len = size;
		if (len > n - at)
			len = n - at;
		memcpy(file + at, p, len);
		p += len;
		size -= len;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path, *books;
	char *db, *paper;
	size_t n, np;

	world_make();
	if (size == 0)
		return 0;
	path = world_path("maemae.db");
	books = world_path("maemae-paper.db");
	must((db = malloc(world.db_size)) != NULL);
	must((paper = malloc(world.paper_size)) != NULL);
	memcpy(db, world.db, world.db_size);
	memcpy(paper, world.paper, world.paper_size);
	n = world.db_size;
	np = world.paper_size;
	if (data[0] == 'p')
		np = damage(paper, np, data + 1, size - 1);
	else
		n = damage(db, n, data + 1, size - 1);
	world_write(path, db, n);
	world_write(books, paper, np);
	if (data[0] != 'p')
		world_look(path);
	world_trade(path);
	free(db);
	free(paper);
	return 0;
}
