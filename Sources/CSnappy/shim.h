#pragma once
// The C interface of Snappy, as Debian's libsnappy-dev installs it.
#include <snappy-c.h>
