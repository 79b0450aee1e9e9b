//! Memory that is given back is wiped first, in every program of the console.
//!
//! Invariant: what once lay on the heap does not outlive its owner there: texts of prompts and cards,
//! views on their way to a page, the buffers of JSON and of decryption, which are no secret types and
//! pass through code of others. Secret types are wiped all the same, and earlier.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);
