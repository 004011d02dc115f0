#include "CMuJoCo.h"

#include <dlfcn.h>
#include <stdio.h>

const rl_mujoco_functions *rl_mujoco_open(const char *path, char *error, int32_t capacity) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const rl_mujoco_functions *(*functions)(void) = NULL;
  if (library) *(void **)&functions = dlsym(library, "rl_mujoco_shim");
  if (!functions) {
    const char *words = dlerror();
    snprintf(error, (size_t)capacity, "%s", words ? words : "no reason is given");
    return NULL;
  }
  return functions();
}
