# make-market: what it makes is legal, agrees with itself and is the same
# everywhere.  Prices are judged by awk, from the exchange's rules alone.

PATH=${BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
}

# Judge a folder: prints one line for each fault, nothing if all is well.
judge()
{
	awk -F, -v splits="$1/splits.csv" '
	function fault(what) { print FILENAME ":" FNR ": " what ": " $0 }
	function tick(d, m, p) {
		if (m == "ETF")
			return d >= 20231211 && p < 2000 ? 1 : 5
		if (d >= 20230125) {
			if (p < 50000)
				return band(p, 2000, 1, 5000, 5, 20000, 10, 50)
			return band(p, 50000, 0, 200000, 100, 500000, 500, 1000)
		}
		if (p < 50000)
			return band(p, 1000, 1, 5000, 5, 10000, 10, 50)
		if (m == "KOSDAQ")
			return 100
		return band(p, 50000, 0, 100000, 100, 500000, 500, 1000)
	}
	function band(p, a, ta, b, tb, c, tc, rest) {
		return p < a ? ta : p < b ? tb : p < c ? tc : rest
	}
	function down(d, m, p) { return p - p % tick(d, m, p) }
	# columns o..o+3 are prices, o+4 the volume
	function bar(o, m,   i) {
		for (i = o; i < o + 4; i++)
			if ($i <= 0 || $i % tick($2, m, $i) != 0)
				fault("tick")
		if ($(o+1) < $o || $(o+1) < $(o+3) || $(o+2) > $o ||
		    $(o+2) > $(o+3))
			fault("high and low")
	}
	function end_day() {
		if (day == "")
			return
		if (first != op[day] || top != hi[day] || bottom != lo[day] ||
		    last != cl[day] || sum != vo[day])
			print day ": minutes and day differ"
		seen[day] = 1
	}
	BEGIN {
		while ((getline line < splits) > 0) {
			split(line, s, ",")
			factor[s[1] "," s[2]] = s[3]
		}
	}
	FNR == 1 { file++; before = ""; next }
	file == 1 {
		if (length($1) != 6 || $1 <= before || names[$2]++)
			fault("code or name")
		before = $1
		market[$1] = $3
	}
	file == 2 {
		if ($1 $2 <= before)
			fault("order")
		before = $1 $2
		m = market[$1]
		base = close_of[$1]
		if (($1 "," $2) in factor)
			base = down($2, m, int(base / factor[$1 "," $2]))
		if ($7 == 0) {
			if ($3 != $6 || $4 != $6 || $5 != $6 ||
			    (base != "" && $6 != base))
				fault("halt")
		} else
			bar(3, m)
		if (base != "") {
			w = int(base * ($2 >= 20150615 ? 30 : 15) / 100)
			w -= w % tick($2, m, base)
			if ($5 < base - w || $4 > down($2, m, base + w))
				fault("limit")
		}
		close_of[$1] = $6
		k = $1 "," $2
		op[k] = $3; hi[k] = $4; lo[k] = $5; cl[k] = $6; vo[k] = $7
	}
	file == 3 {
		if ($1 $2 $3 <= before || $3 !~ /^[01][0-9][0-5][0-9]$/)
			fault("order")
		before = $1 $2 $3
		if ($8 <= 0)
			fault("volume")
		bar(4, market[$1])
		k = $1 "," $2
		if (k != day) {
			end_day()
			day = k; first = $4; top = $5; bottom = $6; sum = 0
			days[$2]
		}
		if ($5 > top) top = $5
		if ($6 < bottom) bottom = $6
		last = $7; sum += $8
	}
	END {
		end_day()
		for (k in op) {
			split(k, s, ",")
			if ((s[2] in days) && vo[k] > 0 && !(k in seen))
				print k ": a traded day without minutes"
		}
	}' "$1/stocks.csv" "$1/daily.csv" "$1/minute.csv"
}

# A folder is legal and as long as it should be.
is_sound()
{
	judge "$1" > faults
	head -n 5 faults
	[ ! -s faults ]
}

@test "a year with minutes is legal and agrees with itself" {
	make-market --stocks 20 --days 250 --minute-days 15 --dir m
	is_sound m
	[ "$(wc -l < m/stocks.csv)" -eq 21 ]
	[ "$(wc -l < m/daily.csv)" -eq 5001 ]
	[ ! -e m/splits.csv ]
}

@test "the judge of these tests sees what is wrong" {
	make-market --stocks 2 --days 5 --minutes --halts 0 --dir m
	is_sound m
	cp m/daily.csv d
	cp m/minute.csv n
	# spoil COLUMN of line LINE of FILE by ADD
	spoil()
	{
		awk -F, -v OFS=, -v l="$2" -v c="$3" -v add="$4" \
		    'NR == l { $c += add } { print }' "$1"
	}
	for change in '3 3 1' '3 4 1000000' '3 5 -20000' '4 6 100' '3 7 1'; do
		# shellcheck disable=SC2086
		spoil d $change > m/daily.csv
		[ -n "$(judge m)" ]
	done
	cp d m/daily.csv
	for change in '50 4 1' '50 5 1000000' '50 8 1'; do
		# shellcheck disable=SC2086
		spoil n $change > m/minute.csv
		[ -n "$(judge m)" ]
	done
	sed 100d n > m/minute.csv
	[ -n "$(judge m)" ]
	cp n m/minute.csv
	is_sound m
}

@test "other tables of ticks, limits of 15 % and a lunch break" {
	make-market --seed 2 --stocks 30 --from 20221201 --days 60 \
	    --minute-days 2 --dir a	# both sides of 2023-01-25
	is_sound a
	make-market --seed 3 --stocks 30 --from 20150401 --days 100 \
	    --minute-days 60 --dir b	# both sides of 2015-06-15
	is_sound b
	make-market --seed 4 --stocks 20 --from 20000517 --days 6 --minutes \
	    --dir c
	is_sound c
	[ "$(grep -c ',20000519,12' c/minute.csv)" -eq 0 ]
	[ "$(grep -c ',20000522,12' c/minute.csv)" -gt 0 ]
	make-market --seed 5 --stocks 20 --from 20231201 --days 15 --minutes \
	    --dir d			# funds change on 2023-12-11
	is_sound d
}

@test "halts and splits are legal, and are there" {
	make-market --seed 6 --stocks 40 --days 200 --halts 0.02 --splits \
	    --minute-days 20 --dir m
	is_sound m
	[ "$(grep -c ',0$' m/daily.csv)" -gt 100 ]
	[ "$(sed 1d m/splits.csv | wc -l)" -ge 3 ]
	# a split divides the price of the halted days before it
	sed 1d m/splits.csv | while IFS=, read -r code date factor; do
		awk -F, -v c="$code" -v d="$date" -v f="$factor" '
		$1 == c && $2 < d { last = $6; volume = $7 }
		$1 == c && $2 == d {
			ratio = last / f / $3
			exit !(volume == 0 && ratio > 0.7 && ratio < 1.45)
		}' m/daily.csv
	done
	make-market --seed 6 --stocks 40 --days 200 --halts 0 --print daily > d
	run grep -c ',0$' d
	[ "$output" -eq 0 ]
}

@test "the hours are the calendar's" {
	make-market --stocks 8 --from 20240102 --days 2 --minutes --dir a
	[ "$(cut -d, -f2,3 a/minute.csv | sort -u | sed -n 1p)" = 20240102,1000 ]
	grep -q ',20240103,0900,' a/minute.csv
	[ "$(cut -d, -f3 a/minute.csv | sed 1d | sort -u | tail -n 2 |
	    tr '\n' ' ')" = "1519 1530 " ]
	# the exam day, and the days around it
	make-market --stocks 8 --from 20241113 --days 3 --minutes --dir b
	[ "$(grep ,20241114, b/minute.csv | cut -d, -f3 | sort -u |
	    sed -n '1p;$p' | tr '\n' ' ')" = "1000 1630 " ]
	# no session on holidays: Seollal of 2025
	[ "$(make-market --stocks 1 --from 20250124 --days 3 --print daily |
	    cut -d, -f2 | tr '\n' ' ')" = "date 20250124 20250131 20250203 " ]
}

@test "limit days, quiet minutes, busy opens and crossing averages" {
	make-market --stocks 60 --days 250 --minute-days 10 --dir m
	# locked all day, more than ten percent from the day before
	[ "$(awk -F, '$7 > 0 && $3 == $4 && $4 == $5 && c == $1 &&
	    ($6 > 1.1 * p || $6 < 0.9 * p) { n++ } { c = $1; p = $6 }
	    END { print n + 0 }' m/daily.csv)" -ge 3 ]
	awk -F, 'FNR > 1 { bars[$1 $2]++; volume[$3] += $8 }
	    END {
		for (d in bars) { if (bars[d] < 381) few++; n++ }
		exit !(few > n / 10 && volume["0900"] > 3 * volume["1210"] &&
		    volume["1530"] > 3 * volume["1210"])
	    }' m/minute.csv
	# averages of 5 and 20 days cross some times a year
	awk -F, 'FNR > 1 {
		if ($1 != c) { c = $1; n = 0; was = 0; stocks++ }
		p[n++] = $6
		if (n < 20) next
		s = l = 0
		for (i = n - 20; i < n; i++) { l += p[i]; if (i >= n - 5) s += p[i] }
		is = 4 * s > l ? 1 : -1
		if (is == -was) crossed++
		was = is
	    } END { exit !(crossed / stocks > 6 && crossed / stocks < 40) }' \
	    m/daily.csv
}

@test "the same seed gives the same bytes, here and elsewhere" {
	make-market --seed 42 --stocks 12 --days 120 --splits --halts 0.01 \
	    --minute-days 3 --dir a
	make-market --seed 42 --stocks 12 --days 120 --splits --halts 0.01 \
	    --minute-days 3 --dir b
	cmp a/stocks.csv b/stocks.csv
	cmp a/daily.csv b/daily.csv
	cmp a/minute.csv b/minute.csv
	cmp a/splits.csv b/splits.csv
	# seen once on x86-64; a change of these sums is a change of everybody's
	# made markets, and has to be meant
	[ "$(cat a/stocks.csv a/daily.csv a/splits.csv a/minute.csv |
	    cksum)" = "2457249857 594449" ]
}

@test "another seed is another market" {
	make-market --seed 1 --print daily > a
	make-market --seed 2 --print daily > b
	[ "$(wc -l < a)" -eq "$(wc -l < b)" ]
	[ "$(comm -12 <(sort a) <(sort b) | wc -l)" -le 1 ]
}

@test "fewer stocks and days are the beginning of more" {
	make-market --stocks 30 --days 50 --print daily > many
	make-market --stocks 3 --days 50 --print daily > few
	cmp few <(head -n 151 many)
	make-market --stocks 1 --days 20 --print daily > short
	cmp short <(head -n 21 few)
	make-market --stocks 2 --days 9 --minutes --dir a
	make-market --stocks 2 --days 9 --minute-days 2 --dir b
	cmp b/daily.csv a/daily.csv
	last=$(tail -n 1 a/daily.csv | cut -d, -f2)
	[ -n "$last" ]
	cmp <(grep ",$last," a/minute.csv) <(grep ",$last," b/minute.csv)
	[ "$(cut -d, -f2 b/minute.csv | sed 1d | sort -u | wc -l)" -eq 2 ]
}

@test "printed is what the files hold, and files only when asked for" {
	make-market --stocks 3 --days 5 --minutes --splits --dir m
	for what in stocks daily minute splits; do
		make-market --stocks 3 --days 5 --minutes --splits \
		    --print $what | cmp - m/$what.csv
	done
	make-market --stocks 3 --days 5 --dir x/y/z
	[ -s x/y/z/daily.csv ]
	[ ! -e x/y/z/minute.csv ]
	run make-market --minutes --dir never --dry-run
	[ "$status" -eq 0 ]
	[ "${lines[2]}" = never/minute.csv ]
	[ ! -e never ]
}

@test "from one stock to the whole market, all of them different" {
	[ "$(make-market --stocks 1 --days 1 --print daily | wc -l)" -eq 2 ]
	make-market --stocks 2700 --days 1 --print stocks | sed 1d > s
	[ "$(wc -l < s)" -eq 2700 ]
	[ "$(cut -d, -f1 s | sort -u | wc -l)" -eq 2700 ]
	[ "$(cut -d, -f2 s | sort -u | wc -l)" -eq 2700 ]
	[ "$(cut -d, -f3 s | sort -u | tr '\n' ' ')" = "ETF KOSDAQ KOSPI " ]
	[ "$(grep -cE '^[0-9]{5}1,' s)" -eq 2700 ]
}

# refuses NEEDLE ARGUMENT...: status 64 and one line that says so
refuses()
{
	local needle=$1 rc=0
	shift
	make-market "$@" > out 2> err || rc=$?
	[ "$rc" -eq 64 ] && [ ! -s out ] && [ "$(wc -l < err)" -eq 1 ] &&
	    grep -q -e "$needle" err
}

@test "a mistake in the call is one line and 64" {
	refuses stocks --stocks 0
	refuses stocks --stocks 4001
	refuses stocks --stocks many
	refuses days --days 0
	refuses seed --seed -1
	refuses from --from 20250230
	refuses halts --halts 1.1
	refuses halts --halts -0.1
	refuses halts --halts often
	refuses print --print everything
	refuses splitz --splitz
	refuses operand operand
	refuses 'only 0 sessions' --from 20280101
	refuses sessions --from 20270101 --days 300
	[ ! -e daily.csv ]
}

@test "a file that cannot be written fails" {
	: > file
	run make-market --days 1 --dir file/below
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	run bash -c 'make-market --print daily > /dev/full'
	[ "$status" -eq 1 ]
	mkdir full
	ln -s /dev/full full/daily.csv
	run make-market --dir full
	[ "$status" -eq 1 ]
	[[ "$output" == *full/daily.csv* ]]
}

@test "the examples of the page run" {
	sed -n 's/^\.Dl \(make-market .*\)/\1/p' \
	    "$BATS_TEST_DIRNAME/../docs/man/make-market.1" > examples
	[ "$(wc -l < examples)" -ge 4 ]
	while read -r line; do
		# all but the size, which would take its time
		eval "${line/--stocks 2700/--stocks 27}" > out
	done < examples
	[ -s market/splits.csv ]
}
