/* Bars in columns: storage, windows, the forming bar, search by date. */
#include "price/bars.h"

#include "tap.h"

int
main(void)
{
	struct bar_store s;
	struct bars w;
	struct bar day;
	bool same = true;

	bar_store_init(&s, true);
	w = bar_store_window(&s, 0, 0);
	is_int(w.n, 0, "a window onto nothing");
	ok(!bars_form_daily(&w, &day), "nothing forms no day");
	is_int(bars_before(&w, 20250314), 0, "nothing is before a day");

	for (int i = 0; i < 1000; i++)
		bar_store_add(&s,
		    &(struct bar){
			20250000 + i, i % 60, i + 1, i + 3, i, i + 2, 10 * i });
	is_int(s.n, 1000, "a thousand bars are kept");
	w = bar_store_window(&s, 100, 50);
	for (int i = 0; i < w.n; i++)
		same = same && w.date[i] == 20250100 + i &&
		    w.time[i] == (100 + i) % 60 && w.open[i] == 101 + i &&
		    w.high[i] == 103 + i && w.low[i] == 100 + i &&
		    w.close[i] == 102 + i && w.volume[i] == 1000 + 10 * i;
	ok(same, "a window shows what was put there");
	is_int(bars_before(&w, 20250100), 0, "none before the first");
	is_int(bars_before(&w, 20250101), 1, "one before the second");
	is_int(bars_before(&w, 20250149), 49, "all but one before the last");
	is_int(bars_before(&w, 20259999), 50, "all before later");
	bar_store_clear(&s);
	is_int(s.n, 0, "cleared");

	bar_store_add(&s, &(struct bar){ 20250314, 900, 10, 12, 9, 11, 5 });
	bar_store_add(&s, &(struct bar){ 20250314, 901, 11, 15, 11, 14, 6 });
	bar_store_add(&s, &(struct bar){ 20250314, 903, 14, 14, 8, 13, 7 });
	w = bar_store_window(&s, 0, 2);
	ok(bars_form_daily(&w, &day) && day.date == 20250314 && day.time == 0 &&
		day.open == 10 && day.high == 15 && day.low == 9 &&
		day.close == 14 && day.volume == 11,
	    "the forming bar at 09:02");
	w = bar_store_window(&s, 0, 3);
	ok(bars_form_daily(&w, &day) && day.open == 10 && day.high == 15 &&
		day.low == 8 && day.close == 13 && day.volume == 18,
	    "the forming bar at 09:04");
	bar_store_fini(&s);

	bar_store_init(&s, false);
	bar_store_add(&s, &(struct bar){ 20250314, 0, 1, 1, 1, 1, 1 });
	ok(bar_store_window(&s, 0, 1).time == NULL, "daily bars have no time");
	bar_store_fini(&s);
	return done_testing();
}
