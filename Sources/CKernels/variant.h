// The loops, compiled for the instruction set that the including file has set with `#pragma clang attribute`, and the
// table of them under the name TABLE. The functions are static, so each variant has its own.
#include "table.h"

#define INLINE static inline __attribute__((always_inline))
// Vectors wider than the registers are passed among inlined functions only, where no calling convention matters.
#pragma clang diagnostic ignored "-Wpsabi"
// a * b + c within one expression is one rounding where the instruction set has it, in a vector and in a loop's rest
// alike.
#pragma clang fp contract(on)
// In front of a loop: iterations are independent (pointers are equal or do not overlap), whatever the compiler can
// prove.
#define VECTOR _Pragma("clang loop vectorize(assume_safety)")
// The same for a loop of LANES iterations, which would otherwise be unrolled before it could become one vector.
#define FIXED_VECTOR _Pragma("clang loop vectorize(assume_safety) unroll(disable)")
#define SCALAR _Pragma("clang loop vectorize(disable)")

#define KERNEL(result, name, parameters, arguments) static result name##_loop parameters;
#include "kernels.h"
#undef KERNEL

#include "loops/functions.h"
#include "loops/trigonometry.h"
#include "loops/elementwise.h"
#include "loops/reductions.h"
#include "loops/bias.h"
#include "loops/softmax.h"
#include "loops/layer_norm.h"
#include "loops/optimizers.h"
#include "loops/random.h"
#include "loops/thin_products.h"
#include "loops/gather.h"
#include "loops/product.h"
#include "loops/neighbours.h"
#include "loops/classic_control.h"
#include "loops/endings.h"
#include "loops/csv_records.h"
#include "loops/csv_numbers.h"
#include "loops/csv_dates.h"
#include "loops/csv_words.h"
#include "loops/sort.h"
#include "loops/tree_bins.h"
#include "loops/tree_histograms.h"
#include "loops/tree_thresholds.h"
#include "loops/tree_rows.h"
#include "loops/tree_predictions.h"
#include "loops/boosting.h"
#include "loops/tree_explanations.h"

#define KERNEL(result, name, parameters, arguments) .name = name##_loop,
const KernelTable TABLE = {
    .name = VARIANT,
#include "kernels.h"
};
#undef KERNEL
