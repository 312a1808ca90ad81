//! Where Rust calls CPython below PyO3: the only unsafe code.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

/// Calls with the first `positional` values by position and the others by name, without a tuple and a dict.
#[inline]
pub fn call<'py>(
    callee: &Bound<'py, PyAny>,
    positional: usize,
    values: &[Bound<'py, PyAny>],
    names: Option<&Bound<'py, PyTuple>>,
) -> Option<Bound<'py, PyAny>> {
    if positional + names.map_or(0, |names| names.len()) != values.len() {
        return None;
    }
    let keywords = names.map_or(std::ptr::null_mut(), |names| names.as_ptr());
    // SAFETY: the interpreter is attached, since there are `Bound`s. A `Bound` is a pointer to a live object and no
    // more (`repr(transparent)`), so the slice is an array of as many pointers as the call is told of. The call borrows
    // them. What it returns is owned, or null with an exception set.
    let made = unsafe {
        let made = ffi::PyObject_Vectorcall(callee.as_ptr(), values.as_ptr().cast(), positional as _, keywords);
        Bound::from_owned_ptr_or_err(callee.py(), made)
    };
    made.ok()
}

/// Returns what makes an object of a class from the values of its fields, if the class has it.
///
/// It is what calling the class ends in. Python 3.11 gets there through a tuple and a dict wherever the class of the
/// class is written in Python, as that of `Cim` is: three times as long.
pub fn maker_of(cls: &Bound<'_, PyAny>) -> Option<ffi::vectorcallfunc> {
    let cls = cls.cast::<PyType>().ok()?;
    let own = cls.get_type().getattr("__call__").ok()?;
    let usual = cls.py().import("msgspec").and_then(|m| m.getattr("Struct")).ok()?.get_type().getattr("__call__").ok()?;
    if !own.is(&usual) && !own.eq(usual).ok()? {
        return None; // calling it does more
    }
    // SAFETY: a live type object; `tp_vectorcall` is a documented field of it (PyTypeObject.tp_vectorcall).
    unsafe { (*cls.as_type_ptr()).tp_vectorcall }
}

/// Calls what `maker_of` returned for the class, with all values by name.
#[inline]
pub fn make<'py>(
    maker: ffi::vectorcallfunc,
    cls: &Bound<'py, PyAny>,
    values: &[Bound<'py, PyAny>],
    names: &Bound<'py, PyTuple>,
) -> Option<Bound<'py, PyAny>> {
    if names.len() != values.len() {
        return None;
    }
    // SAFETY: as in `call`; the function is the class's own, and the class is alive.
    let made = unsafe {
        let made = maker(cls.as_ptr(), values.as_ptr().cast(), 0, names.as_ptr());
        Bound::from_owned_ptr_or_err(cls.py(), made)
    };
    made.ok()
}

/// The garbage collector of Python, paused while this lives: decoding makes many objects, and none of them is garbage.
pub struct PausedCollector {
    was_on: bool,
}

impl PausedCollector {
    /// Octets of a document from which it pays: below, the collector does not run, or hardly.
    const WORTH_IT: usize = 100_000;

    pub fn for_document(_py: Python<'_>, octets: usize) -> PausedCollector {
        // SAFETY: the interpreter is attached, as `_py` shows; the function has no arguments.
        PausedCollector { was_on: octets >= Self::WORTH_IT && unsafe { ffi::PyGC_Disable() } != 0 }
    }
}

impl Drop for PausedCollector {
    fn drop(&mut self) {
        if self.was_on {
            // SAFETY: as above. It is dropped in the call that made it, in which the interpreter stays attached or is
            // attached again.
            unsafe { ffi::PyGC_Enable() };
        }
    }
}
