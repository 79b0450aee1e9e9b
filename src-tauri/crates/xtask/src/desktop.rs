//! A desktop of its own for programs that open real windows: display, window manager, session
//! bus and an unlocked keychain, all made for one run.
//!
//! Invariant: nothing of the person's own session is seen or touched, neither home, bus, keychain
//! nor display; all of it is gone afterwards. What the programs do there is not its business.

use std::fs::{self, DirBuilder};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::problem::Problem;
use crate::steps::{self, Steps, output_of};

/// The one version of the bridge between WebDriver and the window that is known to work here.
const DRIVER: (&str, &str) = ("tauri-driver", "2.1.0");

/// Unlocks the keychain with an empty passphrase, then becomes the program. The daemon and all
/// that the bus starts end with the bus.
const SESSION: &str = r#"printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$@""#;

/// Variables of the person's session that must not reach the programs.
const FOREIGN: [&str; 13] = [
    "WAYLAND_DISPLAY",
    "DBUS_SESSION_BUS_ADDRESS",
    "GNOME_KEYRING_CONTROL",
    "XAUTHORITY",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "ENCRYPTION_KEY",
    "COUNTERSIGN_WORKSPACE",
    "COUNTERSIGN_TENANT",
    "COUNTERSIGN_TOKEN",
    "COUNTERSIGN_LOG",
];

/// Runs one program in a virtual desktop of its own.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<(), Problem> {
    let desktop = Desktop::start()?;
    steps::run(&mut desktop.command(Path::new(program), arguments))
}

/// A running virtual desktop; dropping it ends it and removes its home.
pub(crate) struct Desktop {
    display: String,
    home: PathBuf,
    root: PathBuf,
    driver: PathBuf,
    server: Child,
    window_manager: Option<Child>,
}

impl Desktop {
    /// Starts display and window manager, and waits until windows are managed.
    pub(crate) fn start() -> Result<Self, Problem> {
        let (root, driver) = (cargo::root()?, driver()?);
        let home = std::env::temp_dir().join(format!("countersign-desktop-{}", std::process::id()));
        DirBuilder::new()
            .mode(0o700)
            .create(&home)
            .map_err(|cause| Problem::Files { path: home.display().to_string(), cause })?;
        let (server, display) = start_server(&home)?;
        let mut desktop = Self { display, home, root, driver, server, window_manager: None };
        desktop.manage_windows()?;
        Ok(desktop)
    }

    /// A program inside this desktop, with a session bus and an unlocked keychain of its own.
    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = self.inside("dbus-run-session");
        command.args(["--", "sh", "-c", SESSION, "sh"]).arg(program).args(arguments);
        command
    }

    fn manage_windows(&mut self) -> Result<(), Problem> {
        let openbox = self
            .inside("openbox")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|cause| Problem::NotStarted { program: "openbox".to_owned(), cause })?;
        self.window_manager = Some(openbox);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            let mut question = self.inside("xprop");
            let answer = output_of(question.args(["-root", "_NET_SUPPORTING_WM_CHECK"]));
            if answer.is_some_and(|text| text.contains("window id")) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(Problem::NoDisplay { reason: "openbox did not take the windows in 20 s".to_owned() })
    }

    fn inside(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .env("DISPLAY", &self.display)
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", &self.home)
            .env("XDG_SESSION_TYPE", "x11")
            .env("GDK_BACKEND", "x11")
            // Keys pressed by xdotool arrive as they are, not through an input method.
            .env("GTK_IM_MODULE", "gtk-im-context-simple")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("TAURI_DRIVER", &self.driver)
            // Tests that need a real keychain ask for this.
            .env("COUNTERSIGN_DESKTOP", "1");
        command
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in self.window_manager.iter_mut().chain(std::iter::once(&mut self.server)) {
            // Already ended is as good as ended now.
            let _ = child.kill();
            let _ = child.wait();
        }
        // A leftover in the temporary folder harms nobody; a failed test must still be told.
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// Installs the WebDriver bridge under the build output, when it is not there yet.
pub(crate) fn install_driver(steps: &mut Steps) -> Result<(), Problem> {
    if driver()?.exists() {
        return Ok(());
    }
    let (name, version) = DRIVER;
    // Unoptimised: it is built in half the time, and passes on a few requests a second.
    let mut install =
        cargo::cargo(&["install", name, "--version", version, "--locked", "--debug"])?;
    steps.program("WebDriver bridge", install.arg("--root").arg(tools()?))
}

fn driver() -> Result<PathBuf, Problem> {
    Ok(tools()?.join("bin").join(DRIVER.0))
}

fn tools() -> Result<PathBuf, Problem> {
    Ok(cargo::target()?.join("tools"))
}

/// Starts a display on a free number, which the server itself chooses and tells when it is ready.
fn start_server(home: &Path) -> Result<(Child, String), Problem> {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"])
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|cause| Problem::NotStarted { program: "Xvfb".to_owned(), cause })?;
    let mut number = String::new();
    if let Some(output) = server.stdout.take() {
        BufReader::new(output)
            .read_line(&mut number)
            .map_err(|cause| Problem::Interrupted { program: "Xvfb".to_owned(), cause })?;
    }
    if number.trim().is_empty() {
        let _ = server.kill();
        let _ = server.wait();
        return Err(Problem::NoDisplay { reason: "Xvfb ended before it was ready".to_owned() });
    }
    Ok((server, format!(":{}", number.trim())))
}
