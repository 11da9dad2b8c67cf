/* almanac NUMBER: prints a month's name. */
#include <stdio.h>
#include "almanac.h"

int main(int count, char **words) {
  int number = 0;
  const char *month;
  if (count != 2 || sscanf(words[1], "%d", &number) != 1) return fprintf(stderr, "usage: %s NUMBER\n", words[0]), 64;
  month = almanac_month(number);
  if (!month) return 1;
  puts(month);
  return 0;
}
