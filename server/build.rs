//! What is built into the program: the page if it has been built before, and what this is a build of.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

fn main() {
    let top = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("..");
    say_what_this_is(&top);
    println!("cargo:rerun-if-env-changed=INTERLEAVE_PAGE");
    let page = env::var_os("INTERLEAVE_PAGE").map_or_else(|| top.join("target/page"), PathBuf::from);
    // If it is not there, this runs again at each build, until it is.
    println!("cargo:rerun-if-changed={}", page.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    fs::write(out.join("page.rs"), table(&page, &out)).unwrap();
    fs::write(out.join("versions.rs"), versions(&fs::read_to_string(top.join("Cargo.lock")).unwrap_or_default())).unwrap();
    let styles = top.join("frontend/styles");
    println!("cargo:rerun-if-changed={}", styles.display());
    fs::write(out.join("styles.css"), style_sheet(&styles)).unwrap();
}

fn say_what_this_is(top: &Path) {
    let said = |program: &str, arguments: &[&str]| {
        let output =
            Command::new(program).args(arguments).current_dir(top).output().ok().filter(|output| output.status.success());
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // Of what is compiled in. Without the lock: `git status` writes its index, which would set off the next build.
    let status = ["--no-optional-locks", "status", "--porcelain", "--", "crates", "server", "Cargo.toml", "Cargo.lock"];
    let commit = said("git", &["rev-parse", "--short=9", "HEAD"]).map(|commit| {
        let changed = said("git", &status).is_some_and(|changes| !changes.is_empty());
        format!("{commit}{}", if changed { "-dirty" } else { "" })
    });
    let rustc = said(&env::var("RUSTC").unwrap(), &["--version"]).unwrap_or_default();
    let opt_level = env::var("OPT_LEVEL").unwrap_or_default();
    let debug = opt_level == "0";
    let manifest = fs::read_to_string(top.join("Cargo.toml")).unwrap_or_default();
    for (name, value) in [
        ("COMMIT", commit.unwrap_or_default()),
        ("PROFILE", if debug { "debug" } else { "release" }.to_owned()),
        ("RUSTC", rustc.split(' ').nth(1).unwrap_or_default().to_owned()),
        ("OPT_LEVEL", opt_level),
        ("LTO", of_profile(&manifest, "lto").unwrap_or_else(|| "thin-local".to_owned())),
        ("CODEGEN_UNITS", of_profile(&manifest, "codegen-units").unwrap_or_else(|| if debug { "256" } else { "16" }.to_owned())),
        ("TARGET_CPU", target_cpu()),
    ] {
        println!("cargo:rustc-env=INTERLEAVE_{name}={value}");
    }
    for path in ["Cargo.lock", "crates", "server", ".git/HEAD", ".git/logs/HEAD"] {
        let path = top.join(path);
        // A file that is not there would make this run at every build.
        if path.exists() {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
}

/// What the profile that this is built with says of a setting that cargo does not tell a build script: in the environment or the
/// manifest.
fn of_profile(manifest: &str, setting: &str) -> Option<String> {
    // `…/PROFILE/build/PACKAGE-HASH/out`, where the profile `dev` is called `debug`.
    let out = PathBuf::from(env::var_os("OUT_DIR")?);
    let profile = out.ancestors().nth(3)?.file_name()?.to_str()?.replace("debug", "dev");
    let variable = format!("CARGO_PROFILE_{profile}_{setting}").to_uppercase().replace('-', "_");
    println!("cargo:rerun-if-env-changed={variable}");
    let section =
        manifest.split_once(&format!("\n[profile.{profile}]\n")).map(|(_, rest)| rest.split("\n[").next().unwrap_or(rest));
    let line = || section?.lines().find_map(|line| line.split_once('=').filter(|(name, _)| name.trim() == setting));
    env::var(variable).ok().or_else(|| Some(line()?.1.trim().trim_matches('"').to_owned()))
}

/// From the flags that cargo hands on to the compiler.
fn target_cpu() -> String {
    println!("cargo:rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let cpu = flags.split('\u{1f}').filter_map(|flag| flag.trim_start_matches("-C").strip_prefix("target-cpu=")).next_back();
    cpu.unwrap_or("generic").to_owned()
}

/// Every package and its version as a Rust table: which of them are told is the models' to say.
fn versions(lock: &str) -> String {
    let mut rows = String::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let (_, rest) = package.split_once(&format!("{name} = \""))?;
            rest.split('"').next()
        };
        if let (Some(name), Some(version)) = (field("\nname"), field("\nversion")) {
            writeln!(rows, "({name:?}, {version:?}),").unwrap();
        }
    }
    format!("&[{rows}]")
}

/// The page's own style sheets as one text: a result that is written as a file looks like the page.
fn style_sheet(folder: &Path) -> String {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    files.sort();
    files.iter().map(|(_, path)| fs::read_to_string(path).unwrap()).collect()
}

/// The page's files as a Rust table: each plain and compressed, with its media type and a tag of its content.
fn table(page: &Path, out: &Path) -> String {
    let mut files = Vec::new();
    collect(page, page, &mut files);
    files.sort();
    let mut rows = String::new();
    let mut policy = String::new();
    for (index, (name, path)) in files.iter().enumerate() {
        let content = fs::read(path).unwrap();
        if name == "index.html" {
            policy = policy_of(&String::from_utf8_lossy(&content));
        }
        let compressed = out.join(format!("{index}.br"));
        fs::write(&compressed, brotli(&content)).unwrap();
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        let etag = format!("\"{:016x}\"", hasher.finish());
        let (media_type, path) = (media_type(name), path.canonicalize().unwrap());
        let immutable = has_hash(name);
        writeln!(
            rows,
            "File {{ name: {name:?}, media_type: {media_type:?}, etag: {etag:?}, immutable: {immutable}, plain: \
             include_bytes!({path:?}), brotli: include_bytes!({compressed:?}) }},"
        )
        .unwrap();
    }
    format!("static FILES: &[File] = &[{rows}];\nconst POLICY: &str = {policy:?};\n")
}

fn collect(top: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(top, &path, files);
        } else {
            files.push((path.strip_prefix(top).unwrap().display().to_string(), path));
        }
    }
}

fn brotli(content: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 22);
    writer.write_all(content).unwrap();
    drop(writer);
    compressed
}

/// `frontend-4c1d2e0f9a8b7c6d.js`, `frontend-4c1d2e0f9a8b7c6d_bg.wasm`
fn has_hash(name: &str) -> bool {
    name.split(['-', '_', '.']).any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// Nothing from elsewhere, and of inline scripts only those that stand in the page as it was built.
fn policy_of(html: &str) -> String {
    let mut scripts = String::new();
    for part in html.split("<script").skip(1) {
        let Some((head, rest)) = part.split_once('>') else { continue };
        let Some((script, _)) = rest.split_once("</script>") else { continue };
        if !head.contains(" src=") && !script.is_empty() {
            write!(scripts, " 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))).unwrap();
        }
    }
    // Models' colours and the places of marks are `style` attributes; lanes that came in a file are asked for by a blob's address.
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' \
         data: blob:; connect-src 'self' blob:; base-uri 'self'; frame-ancestors 'none'; object-src 'none'; form-action 'self'"
    )
}
