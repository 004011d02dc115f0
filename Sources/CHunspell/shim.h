#pragma once
// The C interface of Hunspell, as Debian's libhunspell-dev installs it.
#include <hunspell/hunspell.h>
