/* A library that only its own programs use: it lies in a private folder, and its data below /usr/share. */
#include <stdio.h>
#include <string.h>
#include "almanac.h"

const char *almanac_month(int number) {
  static char line[64];
  FILE *data = fopen(DATA_FILE, "r");
  int n = 0;
  if (!data) return perror(DATA_FILE), NULL;
  while (fgets(line, sizeof line, data) && ++n != number)
    ;
  fclose(data);
  line[strcspn(line, "\n")] = 0;
  return n == number ? line : NULL;
}
