/* fake.c - see fake.h. */
#include "base/log.h"
#include "gateway/fake.h"

static const char *const must_be[] = { "CpUtil.CpCybos", "CpTrade.CpTdUtil",
	"CpTrade.CpTd0311", "CpTrade.CpTd0313", "CpTrade.CpTd0303",
	"CpTrade.CpTd0314" };

/* Asked at the door, for an absence is nothing to record. */
static bool
is_there(const char *progid, const char *member)
{
	struct com_fault fault = { 0 };
	struct com_object *o = com_new(progid, &fault);
	bool is = o != NULL && com_member(o, member) != COM_NONE;

	com_free(o);
	return is;
}

struct dib *
fake_open(void)
{
	struct err e = { 0 };

	if (!is_there(COM_FAKE, "SetNow"))
		return NULL;
	for (size_t i = 0; i < NELEM(must_be); i++)
		if (!is_there(must_be[i], COM_FAKE_MARK)) {
			log_warn("%s is registered, but %s is not the fake's: "
				 "this is taken for the real CREON",
			    COM_FAKE, must_be[i]);
			return NULL;
		}
	return dib_new(COM_FAKE, &e);
}
