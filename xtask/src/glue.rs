//! The names by which a module and its glue know each other, made short: the glue tool's say what each is, with a hash behind it,
//! stand in both files, and do not compress.
//!
//! Which name gets which short one is decided by the glue's text alone: its file is called by that text, and a browser that keeps
//! the file must not miss that the names are others now.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A module and its glue with short names in place of the glue tool's; `None` if the module is not as that tool writes one.
pub(crate) fn shortened(module: &[u8], glue: &str) -> Option<(Vec<u8>, String)> {
    let names = Names::of(glue);
    Some((renamed(module, &names)?, names.in_text(glue)))
}

/// Short names, by the long ones.
#[derive(Debug)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// Those of the tool's that stand in a glue.
    fn of(glue: &str) -> Self {
        let long: BTreeSet<&str> = glue.split(|letter| !is_of_word(letter)).filter(|word| is_the_tools(word)).collect();
        // No minifier comes to a name of three letters before it has used thousands.
        Self(long.into_iter().zip(0..).map(|(long, place)| (long.to_owned(), format!("$_{place:x}"))).collect())
    }

    fn short<'a>(&'a self, long: &'a str) -> &'a str {
        self.0.get(long).map_or(long, String::as_str)
    }

    /// The glue, word by word.
    fn in_text(&self, glue: &str) -> String {
        let mut text = String::with_capacity(glue.len());
        for part in glue.split_inclusive(|letter| !is_of_word(letter)) {
            let word = part.trim_end_matches(|letter| !is_of_word(letter));
            // A text can always be written to.
            let _ = write!(text, "{}{}", self.short(word), &part[word.len()..]);
        }
        text
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// Whether it is what the tool calls an import or an export, and none of the glue's own functions.
fn is_the_tools(word: &str) -> bool {
    let has_hash = word.len() > 16 && word.bytes().rev().take(16).all(|byte| byte.is_ascii_hexdigit());
    word.starts_with("__wbindgen_") || (has_hash && (word.starts_with("__wbg_") || word.starts_with("wasm_bindgen")))
}

/// The module with its imports and exports renamed.
fn renamed(module: &[u8], names: &Names) -> Option<Vec<u8>> {
    const IMPORTS: u8 = 2;
    const EXPORTS: u8 = 7;
    let (head, mut rest) = module.split_at_checked(8)?;
    let mut made = head.to_vec();
    while let Some((&section, after)) = rest.split_first() {
        let mut reader = Reader(after);
        let content = reader.bytes()?;
        rest = reader.0;
        let content = match section {
            IMPORTS => imports(content, names)?,
            EXPORTS => exports(content, names)?,
            _ => content.to_vec(),
        };
        made.push(section);
        put_bytes(&mut made, &content);
    }
    Some(made)
}

/// `count (module name kind description)*`
fn imports(section: &[u8], names: &Names) -> Option<Vec<u8>> {
    const FUNCTION: u8 = 0;
    let (mut reader, mut made) = (Reader(section), Vec::new());
    let count = reader.number()?;
    put_number(&mut made, count);
    for _ in 0..count {
        put_bytes(&mut made, reader.bytes()?);
        put_bytes(&mut made, names.short(reader.text()?).as_bytes());
        // Nothing else is imported from the glue.
        if reader.byte()? != FUNCTION {
            return None;
        }
        made.push(FUNCTION);
        put_number(&mut made, reader.number()?);
    }
    Some(made)
}

/// `count (name kind index)*`
fn exports(section: &[u8], names: &Names) -> Option<Vec<u8>> {
    let (mut reader, mut made) = (Reader(section), Vec::new());
    let count = reader.number()?;
    put_number(&mut made, count);
    for _ in 0..count {
        put_bytes(&mut made, names.short(reader.text()?).as_bytes());
        made.push(reader.byte()?);
        put_number(&mut made, reader.number()?);
    }
    Some(made)
}

/// Reads what a module is written in: numbers in LEB128, and bytes with their number before them.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

fn put_number(made: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        made.push((number as u8 & 0x7f) | 0x80);
        number >>= 7;
    }
    made.push(number as u8);
}

fn put_bytes(made: &mut Vec<u8>, bytes: &[u8]) {
    put_number(made, bytes.len() as u32);
    made.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of a function type, an import of it, and an export of what was imported.
    fn module(import: &str, export: &str) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
        let mut section = |number: u8, content: &[u8]| {
            module.push(number);
            put_bytes(&mut module, content);
        };
        let (mut imports, mut exports) = (vec![1], vec![1]);
        put_bytes(&mut imports, b"./page_bg.js");
        put_bytes(&mut imports, import.as_bytes());
        imports.extend([0, 0]);
        section(2, &imports);
        put_bytes(&mut exports, export.as_bytes());
        exports.extend([0, 0]);
        section(7, &exports);
        module
    }

    #[test]
    fn module_and_glue_keep_the_same_names_of_each_other() {
        // More than 127 bytes: its length is two.
        let long = format!("__wbg_{}_0123456789abcdef", "x".repeat(130));
        let glue = format!("const a={{{long}:()=>wasm.memory}};wasm.__wbindgen_start();a.{long}2();__wbg_init()");
        let (made, text) = shortened(&module(&long, "__wbindgen_start"), &glue).unwrap();
        // In the order of the alphabet, and the glue's own names are left.
        assert_eq!(made, module("$_0", "$_2"));
        assert_eq!(text, "const a={$_0:()=>wasm.memory};wasm.$_2();a.$_1();__wbg_init()");
        assert_eq!(shortened(&module("__wbindgen_start", &long), &glue).unwrap().1, text, "the glue decides");
    }

    #[test]
    fn what_is_not_the_tools_keeps_its_name_and_what_is_no_module_is_refused() {
        let kept = module("memory_grow", "memory");
        assert_eq!(shortened(&kept, "wasm.memory").unwrap(), (kept.clone(), "wasm.memory".to_owned()));
        for cut in [0, 7, 10, kept.len() - 1] {
            assert!(shortened(&kept[..cut], "").is_none(), "{cut}");
        }
    }
}
