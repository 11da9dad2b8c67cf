/* dotproduct A B C D: (A, B) times (C, D), by the BLAS library. */
#include <stdio.h>
#include <stdlib.h>

double cblas_ddot(int n, const double *x, int step_x, const double *y, int step_y);

int main(int count, char **words) {
  double v[4];
  int i;
  if (count != 5) return fprintf(stderr, "usage: %s A B C D\n", words[0]), 64;
  for (i = 0; i < 4; i++) v[i] = atof(words[i + 1]);
  printf("%g\n", cblas_ddot(2, v, 1, v + 2, 1));
  return 0;
}
