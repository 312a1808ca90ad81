//! Where Rust calls CPython below PyO3: the only unsafe code.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use std::ffi::{c_char, CStr};

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

/// Where objects of one class have the values of some attributes: reading one costs a twentieth of asking by name.
pub struct Slots {
    cls: Py<PyType>,
    offsets: Box<[isize]>,
}

impl Slots {
    /// None where an attribute is anything but a slot (`__slots__`).
    pub fn new<'n>(cls: &Bound<'_, PyAny>, names: impl Iterator<Item = &'n str>) -> Option<Slots> {
        let cls = cls.cast::<PyType>().ok()?;
        let offsets = names.map(|name| offset_of(cls, name)).collect::<Option<_>>()?;
        Some(Slots { cls: cls.clone().unbind(), offsets })
    }

    /// The same for a class whose new objects are filled here: slots are all that they have.
    pub fn to_fill<'n>(cls: &Bound<'_, PyAny>, names: impl Iterator<Item = &'n str>) -> Option<Slots> {
        let slots = Slots::new(cls, names)?;
        // SAFETY: a live type object; both are documented fields of it (PyTypeObject.tp_alloc, tp_itemsize).
        let usual = unsafe {
            let cls = &*cls.cast::<PyType>().ok()?.as_type_ptr();
            cls.tp_alloc.is_some_and(|own| own as usize == ffi::PyType_GenericAlloc as *const () as usize) && cls.tp_itemsize == 0
        };
        usual.then_some(slots)
    }

    /// A new object with these values in its slots, in their order; nothing else of the class is called.
    ///
    /// Of a class of `to_fill` alone. It takes a third of calling the class by the names of its arguments.
    #[inline]
    pub fn filled<'py>(&self, py: Python<'py>, values: impl Iterator<Item = Bound<'py, PyAny>>) -> Option<Bound<'py, PyAny>> {
        // SAFETY: the interpreter is attached; the type is alive. What is returned is a new object of it whose slots
        // are all null, or null with an exception set.
        let made = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(self.cls.as_ptr().cast(), 0)) }.ok()?;
        for (offset, value) in self.offsets.iter().zip(values) {
            // SAFETY: as in `Values::get`, there is a slot. It is null, since the object is new, no slot is twice among
            // the offsets, and nobody else has the object; the slot owns what is put into it.
            unsafe { made.as_ptr().cast::<c_char>().offset(*offset).cast::<*mut ffi::PyObject>().write(value.into_ptr()) };
        }
        Some(made)
    }

    /// The values of an object; None if it is of another class, be it derived.
    #[inline]
    pub fn of<'s, 'a, 'py>(&'s self, object: &'a Bound<'py, PyAny>) -> Option<Values<'s, 'a, 'py>> {
        std::ptr::eq(object.get_type_ptr(), self.cls.as_ptr().cast()).then_some(Values { slots: self, object })
    }
}

/// The values of an object of just the class that the slots are of.
#[derive(Clone, Copy)]
pub struct Values<'s, 'a, 'py> {
    slots: &'s Slots,
    object: &'a Bound<'py, PyAny>,
}

impl<'py> Values<'_, '_, 'py> {
    /// The value of the attribute with this place among the names; None if it has none.
    #[inline]
    pub fn get(&self, place: usize) -> Option<Bound<'py, PyAny>> {
        let offset = *self.slots.offsets.get(place)?;
        // SAFETY: the object is of the very class whose descriptor says that at this offset there is a pointer to an
        // object or null (`Py_T_OBJECT_EX`); the interpreter is attached, so nobody else writes it meanwhile.
        unsafe {
            let address = self.object.as_ptr().cast::<c_char>().offset(offset).cast::<*mut ffi::PyObject>();
            Bound::from_borrowed_ptr_or_opt(self.object.py(), *address)
        }
    }
}

/// The offset of an attribute in the objects of a class that keeps it in a slot.
fn offset_of(cls: &Bound<'_, PyType>, name: &str) -> Option<isize> {
    let descriptor = cls.getattr(name).ok()?;
    // SAFETY: a descriptor of this type is a `PyMemberDescrObject`, and its member lives as long as it; the type's
    // address alone is taken.
    let (kind, offset, owner) = unsafe {
        if !std::ptr::eq(descriptor.get_type_ptr(), &raw const ffi::PyMemberDescr_Type) {
            return None;
        }
        let member = descriptor.as_ptr().cast::<ffi::PyMemberDescrObject>();
        let (definition, owner) = ((*member).d_member, (*member).d_common.d_type);
        ((*definition).type_code, (*definition).offset, Bound::from_borrowed_ptr(cls.py(), owner.cast()))
    };
    (kind == ffi::Py_T_OBJECT_EX && cls.is_subclass(&owner).ok()?).then_some(offset)
}

/// Puts the objects at some places of a table into a NumPy array of objects, which has as many places in one piece.
///
/// `numpy.take` takes twice as long, the making of the array included.
pub fn fill(array: &Bound<'_, PyAny>, table: &[Bound<'_, PyAny>], places: &[u32]) -> Option<()> {
    if places.iter().any(|place| *place as usize >= table.len()) {
        return None;
    }
    let mut view = ffi::Py_buffer::new();
    let wanted = ffi::PyBUF_WRITABLE | ffi::PyBUF_FORMAT;
    // SAFETY: the interpreter is attached, since there are `Bound`s. A view that was got is released once. While it
    // is held, it is `len` writable octets in one piece, and its format null or a text that ends with one; the format "O"
    // says that the octets are pointers to objects, each owned by the array, or null. Each is replaced by an owned one,
    // and released after that, so that whatever its end calls finds the array whole.
    unsafe {
        if ffi::PyObject_GetBuffer(array.as_ptr(), &mut view, wanted) != 0 {
            drop(PyErr::take(array.py()));
            return None;
        }
        let objects = !view.format.is_null() && CStr::from_ptr(view.format) == c"O";
        let objects = objects && view.len as usize == places.len() * size_of::<*mut ffi::PyObject>();
        for (index, place) in places.iter().enumerate().take_while(|_| objects) {
            let slot = view.buf.cast::<*mut ffi::PyObject>().add(index);
            let before = slot.replace(table[*place as usize].clone().into_ptr());
            ffi::Py_XDECREF(before);
        }
        ffi::PyBuffer_Release(&mut view);
        objects.then_some(())
    }
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
