//! A faster reading of IEC 61968 messages: of those documents that it is sure of, and of no others.
//!
//! The reader in Python (the walker, `cimbus.interface.codecs.xml`) alone defines what a document means. What is
//! returned here is equal to what it returns without a note; whatever is unusual is answered by None, and the walker
//! reads the document. So no rule of this crate may be looser than the walker's, and each may be stricter. Writing is
//! the same: what is written here is what the writer in Python would write, octet for octet, or nothing.
//!
//! From below: `octets`, `hashing` and `lexical` know texts, `namespaces`, `cursor` and `texts` XML, `fields` and `tables` the declared classes, `tags`,
//! `reader`, `untyped`, `roots` and `envelope` documents, `make`, `make_values`, `makers`, `memo` and `assemble`
//! Python's objects. `json_cursor`, `json_reader` and `json_message` read JSON, of which the general path is
//! `cimbus.interface.codecs.json`. `forms` knows how objects are written, `escape` and `values` write texts, `writer` objects, and
//! `render` messages. `cells`, `columns`, `blocks` and `readings` make columns of readings. `document` looks at
//! octets as a whole, `later` makes payloads when they are looked at, and `codec` is what Python calls.
//! `border` has all unsafe code.

mod assemble;
mod blocks;
mod border;
mod cells;
mod codec;
mod columns;
mod cursor;
mod document;
mod envelope;
mod escape;
mod fields;
mod forms;
mod hashing;
mod json_cursor;
mod json_message;
mod json_reader;
mod later;
mod lexical;
mod make;
mod make_values;
mod makers;
mod memo;
mod namespaces;
mod octets;
mod reader;
mod readings;
mod render;
mod roots;
mod sink;
mod tables;
mod tags;
mod texts;
mod untyped;
mod values;
mod writer;

use pyo3::prelude::*;

#[pymodule]
fn cimbus_native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<codec::Codec>()
}
