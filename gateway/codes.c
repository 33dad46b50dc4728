/* codes.c - see codes.h. */
#include "gateway/codes.h"

static int
need(struct session *s, struct dib **d, struct err *e)
{
	if ((*d = session_codes(s)) != NULL)
		return 0;
	return err_set(e, E_BROKER, "CpUtil.CpCodeMgr cannot be made");
}

int
codes_name(struct session *s, const char *spelt, char *name, size_t size,
    struct err *e)
{
	struct com_value arg = com_text(spelt), got = { 0 };
	struct dib *d;

	name[0] = '\0';
	if (need(s, &d, e) == -1) {
		com_value_fini(&arg);
		return -1;
	}
	if (dib_call(d, "CodeToName", &arg, 1, &got, e) == -1)
		return -1;
	com_str(&got, name, size);
	com_value_fini(&got);
	return 0;
}

static int
number(struct dib *d, const char *member, const char *spelt, int64_t *out,
    struct err *e)
{
	return dib_number_of(d, member, com_text(spelt), out, e);
}

int
codes_facts(
    struct session *s, const char *spelt, struct stock_facts *f, struct err *e)
{
	int64_t status, administrative, spac;
	struct err ignored;
	struct dib *d;

	*f = (struct stock_facts){ 0 };
	if (need(s, &d, e) == -1 ||
	    number(d, "GetStockStdPrice", spelt, &f->base, e) == -1 ||
	    number(d, "GetStockControlKind", spelt, &f->control, e) == -1 ||
	    number(d, "GetStockSectionKind", spelt, &f->section, e) == -1 ||
	    number(d, "GetStockStatusKind", spelt, &status, e) == -1 ||
	    number(d, "GetStockSupervisionKind", spelt, &administrative, e) ==
		-1)
		return -1;
	f->is_halted = status != 0;
	f->is_administrative = administrative != 0;
	f->is_spac = number(d, "IsSPAC", spelt, &spac, &ignored) == 0 &&
	    spac != 0;
	return 0;
}

int
codes_list(struct session *s, int market, struct com_value *list, struct err *e)
{
	struct com_value arg = com_long(market);
	struct dib *d;

	return need(s, &d, e) == -1 ?
	    -1 :
	    dib_call(d, "GetStockListByMarket", &arg, 1, list, e);
}
