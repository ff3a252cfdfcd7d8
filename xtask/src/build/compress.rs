//! `.br` and `.gz` beside every file that gains from it, so that no server compresses on the fly.

use std::io::Write;
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow};

use super::bundle::Bundle;

const COMPRESSIBLE: [&str; 9] = [
    "html",
    "js",
    "css",
    "json",
    "wasm",
    "svg",
    "webmanifest",
    "txt",
    "xml",
];

/// Adds the compressed twins, as small as can be.
pub fn siblings(bundle: &mut Bundle) -> Result<()> {
    let twins = Mutex::new(Vec::new());
    let names: Vec<&String> = bundle
        .files
        .keys()
        .filter(|name| is_compressible(name))
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let files = &bundle.files;
    let work = || -> Result<()> {
        while let Some(name) = names.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let bytes = files.get(*name).map_or(&[][..], Vec::as_slice);
            let pair = (
                (format!("{name}.br"), brotli(bytes)?),
                (format!("{name}.gz"), gzip(bytes)?),
            );
            twins
                .lock()
                .map_err(|_| anyhow!("a compressing thread panicked"))?
                .push(pair);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        work()?;
        other
            .join()
            .map_err(|_| anyhow!("a compressing thread panicked"))?
    })?;
    let twins = twins
        .into_inner()
        .map_err(|_| anyhow!("a compressing thread panicked"))?;
    for (br, gz) in twins {
        bundle.files.insert(br.0, br.1);
        bundle.files.insert(gz.0, gz.1);
    }
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(bytes).context("brotli")?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).context("gzip")?;
    writer.finish().context("gzip")
}

fn is_compressible(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn twins_hold_the_same_bytes() {
        let text = "one two three ".repeat(500).into_bytes();
        let mut bundle = Bundle::default();
        bundle.add("a.js", text.clone());
        bundle.add("icon.png", vec![1, 2, 3]);
        siblings(&mut bundle).unwrap();
        assert_eq!(bundle.files.len(), 4, "{:?}", bundle.files.keys());
        let mut read = Vec::new();
        brotli::Decompressor::new(&bundle.files["a.js.br"][..], 4096)
            .read_to_end(&mut read)
            .unwrap();
        assert_eq!(read, text);
        read.clear();
        flate2::read::GzDecoder::new(&bundle.files["a.js.gz"][..])
            .read_to_end(&mut read)
            .unwrap();
        assert_eq!(read, text);
    }
}
