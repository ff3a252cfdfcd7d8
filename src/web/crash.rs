//! What happens after a panic: the page can no longer be trusted, so it says so and stops. Everything
//! typed is in the store already.

use std::panic::PanicHookInfo;

/// From here on a panic shows the stop block that `index.html` holds.
pub fn install() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        web_sys::console::error_1(&info.to_string().into());
        show_stop();
    }));
}

/// Unhides the stop block and hides the app. Does nothing in a worker.
fn show_stop() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    if let Some(stop) = document.get_element_by_id("stop") {
        let _ = stop.remove_attribute("hidden");
    }
    if let Some(app) = document.get_element_by_id("app") {
        let _ = app.set_attribute("hidden", "");
    }
}

/// Sends `log` records to the browser's console: warnings and errors always, more while developing.
pub fn install_log() {
    struct Console;
    impl log::Log for Console {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }
        fn log(&self, record: &log::Record<'_>) {
            let line = format!("{}: {}", record.target(), record.args()).into();
            match record.level() {
                log::Level::Error => web_sys::console::error_1(&line),
                log::Level::Warn => web_sys::console::warn_1(&line),
                _ => web_sys::console::debug_1(&line),
            }
        }
        fn flush(&self) {}
    }
    static CONSOLE: Console = Console;
    if log::set_logger(&CONSOLE).is_ok() {
        let level = if cfg!(debug_assertions) {
            log::LevelFilter::Debug
        } else {
            log::LevelFilter::Warn
        };
        log::set_max_level(level);
    }
}
