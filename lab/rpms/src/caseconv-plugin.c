/* One style of caseconv. */
#include <ctype.h>

void convert(char *text) {
  for (; *text; text++) *text = CONVERT(*text);
}
