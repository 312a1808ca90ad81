//! Texts as XML character data and attribute values (`cimbus.interface.codecs.xml.escape`).

/// Octets that stand for themselves in character data and in attribute values.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut octet = 0;
    while octet < 0x20 {
        plain[octet] = false;
        octet += 1;
    }
    plain[b'&' as usize] = false;
    plain[b'<' as usize] = false;
    plain[b'>' as usize] = false;
    plain[b'"' as usize] = false;
    plain[0xef] = false; // U+FFFE and U+FFFF begin so
    plain
};

/// Appends a text as character data; None if it holds a character that XML cannot.
#[inline]
pub fn data(out: &mut Vec<u8>, text: &str) -> Option<()> {
    escaped(out, text.as_bytes(), false)
}

/// Appends a text as an attribute's value, without the quotes.
#[inline]
pub fn quoted(out: &mut Vec<u8>, text: &str) -> Option<()> {
    escaped(out, text.as_bytes(), true)
}

#[inline]
fn escaped(out: &mut Vec<u8>, text: &[u8], quoted: bool) -> Option<()> {
    let plain = text.iter().take_while(|octet| PLAIN[usize::from(**octet)]).count();
    let (head, rest) = text.split_at(plain);
    out.extend_from_slice(head);
    if rest.is_empty() {
        return Some(());
    }
    rest_escaped(out, rest, quoted)
}

fn rest_escaped(out: &mut Vec<u8>, text: &[u8], quoted: bool) -> Option<()> {
    for (place, octet) in text.iter().enumerate() {
        match *octet {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'\r' => out.extend_from_slice(b"&#13;"),
            b'"' if quoted => out.extend_from_slice(b"&quot;"),
            b'\t' if quoted => out.extend_from_slice(b"&#9;"),
            b'\n' if quoted => out.extend_from_slice(b"&#10;"),
            b'\t' | b'\n' => out.push(*octet),
            0..0x20 => return None,
            0xef if matches!(text.get(place + 1..place + 3), Some([0xbf, 0xbe | 0xbf])) => return None,
            octet => out.push(octet),
        }
    }
    Some(())
}
