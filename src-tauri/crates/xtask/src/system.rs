//! What this machine has, and what it lacks to build and test.
//!
//! Invariant: nothing is installed that is in place, and every package is named before it is
//! installed. Rust and Node are the person's own choice: they are checked, never installed.

use std::fs;
use std::process::Command;

use crate::problem::Problem;
use crate::steps::{self, Steps, output_of};

/// What the task needs of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To build and open the console.
    Build,
    /// To test it and to drive its window as well.
    Tests,
}

/// Debian's names of what a build needs.
const FOR_BUILDS: [&str; 5] =
    ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "libgtk-3-dev", "librsvg2-dev"];

/// Debian's names of what tests and tour need beside that.
const FOR_TESTS: [&str; 12] = [
    "webkit2gtk-driver",
    "xvfb",
    "openbox",
    "xdotool",
    "x11-utils",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libglib2.0-bin",
    "at-spi2-core",
    "imagemagick",
    "chromium",
];

/// Ubuntu has these under the name too, but as an empty package that points to a snap.
const NOT_ON_UBUNTU: [&str; 1] = ["chromium"];

const RUST: (u32, u32) = (1, 95);
const NODE: (u32, u32) = (20, 19);

/// Checks the tools and installs the packages that are missing.
pub(crate) fn prepare(steps: &mut Steps, need: Need) -> Result<(), Problem> {
    steps.step("this machine", || {
        check_tool("rustc", "1.95", RUST)?;
        check_tool("node", "20.19", NODE)?;
        check_tool("npm", "9", (9, 0))?;
        install_packages(need)
    })
}

fn check_tool(tool: &'static str, needed: &'static str, least: (u32, u32)) -> Result<(), Problem> {
    let answer = output_of(Command::new(tool).arg("--version"));
    let found = answer.map_or_else(|| "none".to_owned(), |text| text.trim().to_owned());
    match version(&found) {
        Some(version) if version >= least => {
            println!("{tool}: {found}");
            Ok(())
        }
        _ => Err(Problem::ToolTooOld { tool, found, needed }),
    }
}

fn install_packages(need: Need) -> Result<(), Problem> {
    let wanted: Vec<&str> = match need {
        Need::Build => FOR_BUILDS.to_vec(),
        Need::Tests => FOR_BUILDS.iter().chain(&FOR_TESTS).copied().collect(),
    };
    let system = fs::read_to_string("/etc/os-release").map_or(System::Other, |t| System::of(&t));
    let mut missing = absent(&wanted);
    if system == System::Ubuntu {
        let (elsewhere, here) = missing.into_iter().partition(|p| NOT_ON_UBUNTU.contains(p));
        missing = here;
        let elsewhere: Vec<&str> = elsewhere;
        if !elsewhere.is_empty() {
            println!(
                "Ubuntu has no package of {}: install it by hand; tests that need it say so.",
                elsewhere.join(", ")
            );
        }
    }
    match (missing.is_empty(), system) {
        (true, _) => {
            println!("system packages: all {} in place", wanted.len());
            Ok(())
        }
        (false, System::Debian | System::Ubuntu) => install(&missing),
        (false, System::Other) => Err(Problem::PackagesMissing {
            packages: missing.into_iter().map(str::to_owned).collect(),
        }),
    }
}

fn install(packages: &[&str]) -> Result<(), Problem> {
    println!("system packages: installing {}", packages.join(" "));
    steps::run(as_root("apt-get").arg("update").arg("-q"))?;
    steps::run(
        as_root("apt-get").args(["install", "-y", "-q", "--no-install-recommends"]).args(packages),
    )
}

/// A program as root: as it is for root, through sudo for others.
fn as_root(program: &str) -> Command {
    let root = output_of(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if root {
        let mut command = Command::new(program);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    } else {
        let mut command = Command::new("sudo");
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", program]);
        command
    }
}

/// Which of these packages are not installed. Where there is no dpkg: all of them.
fn absent<'a>(wanted: &[&'a str]) -> Vec<&'a str> {
    // It ends with 1 when it does not know a package, and still lists the others.
    let listed = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Abbrev}\n"])
        .args(wanted)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let installed = installed(&listed);
    wanted.iter().copied().filter(|package| !installed.contains(package)).collect()
}

/// The names with the state "installed", which is the second letter: `ii`, or `hi` when held.
fn installed(listed: &str) -> Vec<&str> {
    listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, state)| state.chars().nth(1) == Some('i'))
        .map(|(name, _)| name)
        .collect()
}

/// The first `major.minor` in a tool's own words.
fn version(words: &str) -> Option<(u32, u32)> {
    let digits = words.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = words[digits..].split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Debian,
    Ubuntu,
    Other,
}

impl System {
    /// Reads `/etc/os-release`: what it is, or else what it says it is like.
    fn of(release: &str) -> Self {
        let value = |key: &str| {
            release
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .map(|value| value.trim_matches('"').to_owned())
                .unwrap_or_default()
        };
        let names = format!("{} {}", value("ID="), value("ID_LIKE="));
        let names: Vec<&str> = names.split(' ').collect();
        if names.contains(&"ubuntu") {
            Self::Ubuntu
        } else if names.contains(&"debian") {
            Self::Debian
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_a_tools_own_words() {
        for (words, read) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", Some((1, 95))),
            ("v20.19.4", Some((20, 19))),
            ("10.8.2", Some((10, 8))),
            ("none", None),
            ("", None),
        ] {
            assert_eq!(version(words), read, "{words}");
        }
        assert!(version("v20.9.0") < Some(NODE), "9 is less than 19");
    }

    #[test]
    fn a_system_is_known_by_its_name_or_its_like() {
        for (release, system) in [
            ("NAME=\"Debian GNU/Linux\"\nID=debian\n", System::Debian),
            ("ID=ubuntu\nID_LIKE=debian\n", System::Ubuntu),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", System::Ubuntu),
            ("ID=fedora\n", System::Other),
            ("", System::Other),
        ] {
            assert_eq!(System::of(release), system, "{release}");
        }
    }

    #[test]
    fn only_packages_in_the_state_installed_count() {
        let listed = "xvfb ii \ndbus hi \nopenbox rc \nxdotool un \n";
        assert_eq!(installed(listed), ["xvfb", "dbus"]);
    }
}
