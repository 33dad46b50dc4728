# sandbox.bash - a kis-sandbox for a test, and a client made of curl.
# shellcheck shell=bash disable=SC2034

T=/uapi/domestic-stock/v1/trading
Q=/uapi/domestic-stock/v1/quotations
ACCOUNT='CANO=12345678&ACNT_PRDT_CD=01'

# sandbox OPTION...: one on ports of its own, at DAY 09:00; it ends with the
# test.  REST and SOCKET are its addresses.
sandbox()
{
	: > where
	kis-sandbox --port 0 --ws-port 0 -f csv --limit 0 --now "${DAY-2025-03-14} 09:00" \
	    --speed 0 --cash 10000000 "$@" > where 2> sandbox.err &
	SANDBOX=$!
	for _ in {1..100}; do
		[ "$(wc -l < where)" -lt 2 ] || break
		kill -0 "$SANDBOX" 2> /dev/null || break
		sleep 0.05
	done
	IFS=, read -r REST SOCKET BOOKS < <(sed 1d where)
	[ -n "$REST" ] || { cat sandbox.err >&2; return 1; }
}

sandbox_end()
{
	[ -z "${SANDBOX-}" ] || kill "$SANDBOX" 2> /dev/null || true
	wait "${SANDBOX-}" 2> /dev/null || true
	SANDBOX=
}

# post PATH BODY, get PATH: as clients do; body, status and headers are left
# in the files body, status and headers.  TR is the transaction id, CONT the
# header tr_cont, CURL more options.
ask()
{
	rm -f body
	curl -s -S -o body -D headers -w '%{http_code}' \
	    -H 'content-type: application/json; charset=utf-8' \
	    -H "authorization: ${AUTH-Bearer ${TOKEN-}}" -H "appkey: ${KEY-key}" \
	    -H "appsecret: ${SECRET-secret}" -H "tr_id: ${TR-}" \
	    -H 'custtype: P' -H "tr_cont: ${CONT-}" "${CURL[@]}" "$@" \
	    > status 2> curl.err
}

get()
{
	ask "$REST$1"
}

post()
{
	ask -d "$2" "$REST$1"
}

# said PATH: of the body, as SQLite's JSON says it: said .output.ODNO
said()
{
	sqlite3 -batch -noheader :memory: \
	    "SELECT json_extract(readfile('body'), '\$$1')"
}

# header NAME: of the answer, exactly so spelt
header()
{
	sed -n "s/^$1: *//p" headers | tr -d '\r' | sed 's/ *$//'
}

# refused STATUS RT_CD CODE: the last answer says so
refused()
{
	[ "$(cat status) $(said .rt_cd) $(said .msg_cd)" = "$*" ] && return 0
	echo "status $(cat status): $(cat body), want $*" >&2
	return 1
}

token()
{
	TR='' post /oauth2/tokenP '{"grant_type":"client_credentials",
	    "appkey":"'"${KEY-key}"'","appsecret":"'"${SECRET-secret}"'"}'
	TOKEN=$(said .access_token)
}

# The market's time.
clock()
{
	curl -s -X POST "$REST/sandbox/clock?now=$DAY+$1" > /dev/null
}

# The time that requests tell from now on; of DAY.
tell()
{
	CURL=(-H "x-maemae-now: $DAY $1")
}

trouble()
{
	curl -s -f -X POST "$REST/sandbox/trouble?add=$1" > /dev/null
}

# order buy|sell CODE QTY PRICE [TYPE]
order()
{
	local id=TTTC0012U
	[ "$1" = buy ] || id=TTTC0011U
	TR=${MOCK:+V}${id:${#MOCK}} post $T/order-cash '{"CANO":"12345678",
	    "ACNT_PRDT_CD":"01","PDNO":"'"$2"'","ORD_DVSN":"'"${5-00}"'",
	    "ORD_QTY":"'"$3"'","ORD_UNPR":"'"$4"'","EXCG_ID_DVSN_CD":"KRX"}'
}

# change 01|02 NUMBER PRICE: amend, cancel; all of it, or PART; to TYPE
change()
{
	local all=Y
	[ -z "${PART-}" ] || all=N
	TR=${MOCK:+V}${TR13:${#MOCK}} post $T/order-rvsecncl '{"CANO":"12345678",
	    "ACNT_PRDT_CD":"01","KRX_FWDG_ORD_ORGNO":"'"${BRANCH-91252}"'",
	    "ORGN_ODNO":"'"$2"'","ORD_DVSN":"'"${TYPE-00}"'","RVSE_CNCL_DVSN_CD":"'"$1"'",
	    "ORD_QTY":"'"${PART-0}"'","ORD_UNPR":"'"$3"'",
	    "QTY_ALL_ORD_YN":"'"$all"'","EXCG_ID_DVSN_CD":"KRX"}'
}
TR13=TTTC0013U
MOCK=

# orders [PARAMETER...]: of DAY; a later parameter replaces an earlier one
orders()
{
	local day=${DAY//-/} p
	local url="$T/inquire-daily-ccld?"
	for p in "$@"; do
		url+="$p&"
	done
	url+="$ACCOUNT&INQR_STRT_DT=$day&INQR_END_DT=$day&SLL_BUY_DVSN_CD=00"
	url+='&PDNO=&ORD_GNO_BRNO=&ODNO=&CCLD_DVSN=00&INQR_DVSN=01&INQR_DVSN_1='
	url+='&INQR_DVSN_3=00&EXCG_ID_DVSN_CD=ALL&CTX_AREA_FK100=&CTX_AREA_NK100='
	TR=${MOCK:+V}${TR81:${#MOCK}} get "$url"
}
TR81=TTTC0081R

# The list of orders, a line each: number of-number n filled rest cancelled
# refused
rows()
{
	sqlite3 -batch -noheader -separator ' ' :memory: "
	    SELECT odno + 0, orgn_odno + 0, ord_qty, tot_ccld_qty, rmn_qty,
	    cncl_cfrm_qty, rjct_qty FROM (SELECT value ->> 'odno' AS odno,
	    value ->> 'orgn_odno' AS orgn_odno, value ->> 'ord_qty' AS ord_qty,
	    value ->> 'tot_ccld_qty' AS tot_ccld_qty,
	    value ->> 'rmn_qty' AS rmn_qty,
	    value ->> 'cncl_cfrm_qty' AS cncl_cfrm_qty,
	    value ->> 'rjct_qty' AS rjct_qty
	    FROM json_each(readfile('body'), '\$.output1'))"
}

balance()
{
	TR=${MOCK:+V}${TR34:${#MOCK}} get "$T/inquire-balance?$1&$ACCOUNT&AFHR_FLPR_YN=N\
&OFL_YN=&INQR_DVSN=02&UNPR_DVSN=01&FUND_STTL_ICLD_YN=N\
&FNCG_AMT_AUTO_RDPT_YN=N&PRCS_DVSN=00&CTX_AREA_FK100=&CTX_AREA_NK100="
}
TR34=TTTC8434R
