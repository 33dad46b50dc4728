# embed.awk - turn text files into C string constants, one per file:
# sql/create_stock_tables.sql becomes `create_stock_tables_sql`.
FNR == 1 {
	if (open)
		print ";"
	name = FILENAME
	sub(/.*\//, "", name)
	gsub(/[^A-Za-z0-9_]/, "_", name)
	if (name ~ /^[0-9]/)
		name = "m" name
	printf "static const char %s[] __attribute__((unused)) =\n", name
	open = 1
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "\t\"%s\\n\"\n", $0
}
END {
	if (open)
		print ";"
}
