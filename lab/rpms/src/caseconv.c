/* caseconv [STYLE TEXT]: a program whose styles are plugins in one folder, which it has compiled in. Without arguments it
   lists what it finds there. */
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static int list(void) {
  DIR *folder = opendir(PLUGIN_FOLDER);
  struct dirent *entry;
  if (!folder) return perror(PLUGIN_FOLDER), 1;
  while ((entry = readdir(folder)))
    if (strstr(entry->d_name, ".so")) printf("%.*s\n", (int)(strlen(entry->d_name) - 3), entry->d_name);
  return closedir(folder);
}

int main(int count, char **words) {
  char path[512];
  void *plugin;
  void (*convert)(char *);
  if (count != 3) return list();
  snprintf(path, sizeof path, "%s/%s.so", PLUGIN_FOLDER, words[1]);
  plugin = dlopen(path, RTLD_NOW);
  if (!plugin) return fprintf(stderr, "caseconv: %s\n", dlerror()), 1;
  *(void **)&convert = dlsym(plugin, "convert");
  convert(words[2]);
  printf("caseconv %s: %s\n", VERSION, words[2]);
  return 0;
}
