//! Where things are, and cargo itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's top folder.
pub(crate) fn root() -> PathBuf {
    // As cargo says at run time: the clone may have been moved since this was compiled.
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// The target folder of this build, wherever the user's settings put it: this program lies in `TARGET/debug`.
pub(crate) fn target() -> PathBuf {
    let built = std::env::current_exe().ok().and_then(|program| program.ancestors().nth(2).map(Path::to_path_buf));
    built.unwrap_or_else(|| root().join("target"))
}

/// The page that the server embeds. Always here, with any target folder: `server/build.rs` looks nowhere else.
pub(crate) fn page() -> PathBuf {
    root().join("target/page")
}

/// The server, once built with the release profile.
pub(crate) fn interleave() -> PathBuf {
    target().join("release/interleave")
}

/// Where tools are kept between runs and clones.
pub(crate) fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base =
        base.or_else(|| std::env::home_dir().map(|home| home.join(".cache"))).unwrap_or_else(|| root().join("target/cache"));
    base.join("interleave/tools")
}

/// Cargo, in the repository.
pub(crate) fn cargo() -> Command {
    in_repository(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program that calls cargo, in the repository, with the environment in which this was started: `cargo run` adds variables of
/// its own, and build scripts that read them would be run again at every change between `cargo build` by hand and through here.
pub(crate) fn in_repository(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|own| text.starts_with(own)) {
            command.env_remove(&name);
        }
    }
    command.current_dir(root());
    command
}

/// The program of that name on the PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
