//! The bars that stand before the first feature, and what
//! the kernel's tables promise.

mod context;
