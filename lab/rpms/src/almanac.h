/* The name of a month in the data file, or NULL. */
const char *almanac_month(int number);
