"""The client against the server that FOVEA_API_URL and FOVEA_API_KEY name."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import threading
import unittest
import unittest.mock
import urllib.error
import urllib.request
import zipfile
import zlib
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from fovea import Fovea, FoveaError, WebhookError, verify_webhook  # noqa: E402

URL = os.environ.get("FOVEA_API_URL", "")
KEY = os.environ.get("FOVEA_API_KEY", "")


def png(width: int, height: int, shade: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes([shade, 90, 200]) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")


def png_size(url: str) -> tuple[int, int]:
    with urllib.request.urlopen(url) as response:
        data = response.read()
    width, height = struct.unpack(">II", data[16:24])
    return width, height


@unittest.skipUnless(URL and KEY, "needs FOVEA_API_URL and FOVEA_API_KEY of a running server")
class AgainstServer(unittest.TestCase):
    def setUp(self) -> None:
        self.fovea = Fovea(KEY, URL)

    def test_upload_show_list_describe_delete(self) -> None:
        images = self.fovea.images
        key = "python/first é.png"
        self.assertTrue(images.upload(png(60, 40, 1), key).is_new)
        self.assertFalse(images.upload(io.BytesIO(png(60, 40, 1)), "python/again.png").is_new)

        signed = images.url(key, [{"rotate": {"angle": 90}}, {"resize": {"width": 20}}], output={"format": "png"})
        self.assertEqual(png_size(signed), (20, 30))
        self.assertEqual(png_size(images.delivery_url(key, w=30, format="png")), (30, 20))
        self.assertEqual(png_size(images.signed_delivery_url(key, w=15, format="png", expires=600)), (15, 10))

        self.assertEqual([image.key for image in images.iterate("python/")], ["python/again.png", key])
        page = images.list(prefix="python/", limit=1)
        self.assertEqual(len(page.images), 1)
        self.assertIsNotNone(page.next_cursor)

        listed = page.images[0]
        found = images.get(listed.id)
        self.assertEqual((found.width, found.height, found.mime_type), (60, 40, "image/png"))
        images.update(listed.id, alt_text="A square", focal_point={"x": 0.5, "y": 0.25})
        self.assertEqual(images.metadata(key)["width"], 60)
        in_folder = images.list(folder="/python/").images
        self.assertEqual({image.key for image in in_folder}, {"python/again.png", key})
        images.update(listed.id, visibility="private", tags=["a"], metadata={"shot": 7}, focal_point=None)
        self.assertEqual(images.get(listed.id).visibility, "private")

        images.delete("python/again.png")
        images.delete(key)
        self.assertEqual(list(images.iterate("python/")), [])

    def test_tells_how_much_has_left(self) -> None:
        shares: list[float] = []
        noise = os.urandom(300_000)
        with self.assertRaises(FoveaError):
            self.fovea.images.upload(noise, "python/noise.png", on_progress=shares.append)
        self.assertEqual(shares, sorted(shares))
        self.assertGreater(len(shares), 2)
        self.assertEqual(shares[-1], 1)

    def test_hands_out_an_address_for_one_file(self) -> None:
        address = self.fovea.images.sign_url("python-made/page.png", content_type="image/png")
        request = urllib.request.Request(
            address.upload_url, data=png(9, 7, 3), headers=address.headers, method="PUT"
        )
        with urllib.request.urlopen(request) as response:
            self.assertEqual(response.status, 201)
        self.assertEqual(self.fovea.images.metadata(address.key)["width"], 9)
        self.assertEqual((address.method, address.fields, address.confirm_url), ("PUT", {}, None))
        with self.assertRaises(FoveaError) as taken:
            self.fovea.images.sign_url("python-made/page.png")
        self.assertEqual(taken.exception.status, 409)

    def test_transform(self) -> None:
        small, digest, kept = self.fovea.transform(
            png(60, 40, 2),
            [{"op": "rotate", "angle": 90}],
            outputs=[
                {"name": "small", "pipeline": [{"op": "resize", "width": 20}], "output": {"format": "png"}},
                {"output": {"format": "blurhash"}},
                {"output": {"format": "png"}, "store": {"path": "python-made/kept.png"}},
            ],
        )
        self.assertEqual((small.name, small.media_type, small.width, small.height), ("small", "image/png", 20, 30))
        self.assertEqual(struct.unpack(">II", (small.data or b"")[16:24]), (20, 30))
        self.assertGreater(len(digest.text or ""), 5)
        self.assertIsNotNone(kept.stored)
        self.assertEqual((kept.stored and kept.stored.key, kept.data), ("python-made/kept.png", None))
        (again,) = self.fovea.transform({"asset": "python-made/kept.png"}, output={"format": "jpeg"})
        self.assertEqual((again.media_type, again.width), ("image/jpeg", 40))
        with self.assertRaises(FoveaError) as wrong:
            self.fovea.transform(png(6, 4, 2), [{"op": "blur", "sigma": -1}])
        self.assertEqual(wrong.exception.status, 400)

    def test_links(self) -> None:
        image = self.fovea.images.upload(png(12, 8, 4), "python-links/plan.png", visibility="private")
        with self.assertRaises(urllib.error.HTTPError):
            png_size(self.fovea.images.delivery_url(image.key, format="png"))
        link = self.fovea.links.create(
            image.id, expires_at=datetime.now(timezone.utc) + timedelta(hours=1), max_uses=5, note="for Ada"
        )
        self.assertEqual(png_size(link.url or ""), (12, 8))
        listed = list(self.fovea.links.iterate(image_id=image.id, state="active"))
        self.assertEqual([(each.id, each.note, each.url) for each in listed], [(link.id, "for Ada", None)])
        self.assertEqual(self.fovea.links.revoke(link.id).state, "revoked")
        with self.assertRaises(urllib.error.HTTPError):
            png_size(link.url or "")

    def test_exports(self) -> None:
        exports = self.fovea.exports
        self.fovea.images.upload(png(14, 9, 5), "python-exports/a.png")
        made = exports.create()
        seen: list[str] = []
        done = exports.wait(made.id, on_progress=lambda now: seen.append(now.state))
        self.assertEqual((done.id, done.state, seen[-1]), (made.id, "done", "done"))
        self.assertEqual(done.files_done, done.files)
        with urllib.request.urlopen(done.download_url or "") as response:
            archive = response.read()
        self.assertEqual(len(archive), done.size)
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            self.assertIn("manifest.jsonl", files.namelist())
        self.assertIn(made.id, [each.id for each in exports.list()])
        exports.delete(made.id)
        with self.assertRaises(FoveaError) as gone:
            exports.get(made.id)
        self.assertEqual(gone.exception.status, 404)

    def test_keys(self) -> None:
        made = self.fovea.keys.create("python", scopes=["read"], expires_in_days=3)
        self.assertTrue((made.key or "").startswith("fov_"))
        reader = Fovea(made.key or "", URL)
        self.assertIn(made.id, [key.id for key in reader.keys.list()])
        with self.assertRaises(ValueError):
            reader.images.url("a.png")
        with self.assertRaises(FoveaError) as refused:
            reader.purge()
        self.assertEqual(refused.exception.status, 403)
        self.fovea.keys.revoke(made.id)
        with self.assertRaises(FoveaError) as gone:
            reader.usage()
        self.assertEqual(gone.exception.status, 401)

    def test_presets_usage_purge(self) -> None:
        presets = self.fovea.presets
        preset = presets.create("python", {"w": 40})
        self.assertEqual(presets.update(preset.id, params={"w": 41}).params, {"w": 41})
        self.assertIn(preset.id, [each.id for each in presets.list()])
        self.assertEqual(presets.get(preset.id).dialect, "img-src")
        presets.delete(preset.id)
        with self.assertRaises(FoveaError) as gone:
            presets.get(preset.id)
        self.assertEqual(gone.exception.status, 404)
        self.assertIn("plan", self.fovea.usage())
        self.fovea.purge()

    def test_facts(self) -> None:
        small = self.fovea.images.upload(png(64, 48, 7), "facts/a.png")
        facts = self.fovea.facts.of(small.id)
        self.assertEqual((facts["width"], facts["height"]), (64, 48))
        self.assertNotIn("faces", facts)
        found = self.fovea.facts.similar(small.id, max_distance=0, limit=5)
        self.assertEqual(found["id"], small.id)
        self.assertIsInstance(list(self.fovea.facts.duplicates()), list)
        with self.assertRaises(FoveaError) as raised:
            self.fovea.facts.of(small.id, see="faces")
        self.assertEqual(raised.exception.status, 501)

    def test_jobs(self) -> None:
        jobs = self.fovea.jobs
        self.fovea.images.upload(png(30, 20, 4), "jobs/a.png")
        job = jobs.create({"prefix": "jobs/"}, [{"op": "resize", "width": 15}], store={"path": "made/{name}"})
        seen: list[str] = []
        ended = jobs.wait(job["id"], every=0.1, on_progress=lambda at: seen.append(at["state"]))
        self.assertEqual((ended["state"], ended["progress"]["done"], seen[-1]), ("completed", 1, "completed"))
        (item,) = jobs.items(job["id"], state="done")
        self.assertEqual(item["results"][0]["image"]["path"], "made/a.webp")
        archive = io.BytesIO()
        jobs.results(job["id"], archive)
        with zipfile.ZipFile(archive) as results:
            self.assertEqual(results.namelist(), ["made/a.webp", "results.json"])
        with self.assertRaises(FoveaError) as never:
            jobs.results("job_never", archive)
        self.assertEqual(never.exception.status, 404)
        listed = jobs.create(b"asset\njobs/none.png\n", store={"path": "made/{name}"}, name="listed")
        self.assertEqual(jobs.wait(listed["id"], every=0.1)["state"], "failed")
        self.assertEqual([each["name"] for each in jobs.list(state="failed")], ["listed"])
        self.assertEqual(jobs.retry(listed["id"])["progress"]["failed"], 0)
        jobs.delete(listed["id"])
        with self.assertRaises(FoveaError) as raised:
            jobs.cancel(job["id"])
        self.assertEqual(raised.exception.status, 409)

    def test_library(self) -> None:
        images, library = self.fovea.images, self.fovea.library
        made = images.upload(png(21, 20, 5), "shelf/deep/a b.png")
        images.update(made.id, alt_text="A lighthouse", tags=["coast"])
        self.assertEqual(library.list("shelf").images, [])
        self.assertEqual([(each.name, each.image_count) for each in library.list("/shelf/").folders], [("deep", 1)])
        (image,) = library.list("shelf/deep", limit=1).images
        self.assertEqual((image["id"], image["alt_text"], image["tags"]), (made.id, "A lighthouse", ["coast"]))
        found = library.search("lighthouse")
        self.assertEqual(([each["id"] for each in found.images], found.total, found.is_total_exact), ([made.id], 1, True))
        images.delete("shelf/deep/a b.png")

    def test_webhooks(self) -> None:
        webhooks = self.fovea.webhooks
        made = webhooks.create("https://hooks.example.com/a", ["image.uploaded"], description="python")
        self.assertTrue((made.secret or "").startswith("whsec_"))
        self.assertIn(made.id, [webhook.id for webhook in webhooks.list()])
        self.assertIsNone(webhooks.get(made.id).secret)
        self.assertNotEqual(webhooks.rotate_secret(made.id), made.secret)
        # Switched off before the queue comes round to it: nothing leaves this machine.
        self.assertFalse(webhooks.update(made.id, enabled=False).enabled)
        with self.assertRaises(FoveaError) as disabled:
            webhooks.test(made.id, "job.failed")
        self.assertEqual(disabled.exception.status, 409)
        self.assertEqual(webhooks.deliveries(made.id, state="failed"), {"deliveries": [], "next_cursor": None})
        webhooks.delete(made.id)
        with self.assertRaises(FoveaError) as gone:
            webhooks.replay(made.id, "delivery_never")
        self.assertEqual(gone.exception.status, 404)

    def test_what_is_no_image(self) -> None:
        with self.assertRaises(FoveaError) as refused:
            self.fovea.images.upload(b"not a picture", "python/x.png")
        self.assertEqual(refused.exception.status, 415)
        self.assertTrue(refused.exception.message)

    def test_hears_why_a_file_is_refused_before_all_of_it_has_left(self) -> None:
        large = bytes(110_000_000)
        for key, status in ((KEY, 413), ("fov_wrong", 401)):
            with self.assertRaises(FoveaError) as refused:
                Fovea(key, URL).images.upload(large, "python/large.png")
            self.assertEqual(refused.exception.status, status, refused.exception)

    def test_tells_where_a_file_without_a_usable_name_lies(self) -> None:
        images = self.fovea.images
        for key, stored in (("odd/.name", "odd/name.png"), ("odd/end.", "odd/end.png"), ("odd/a b", "odd/a-b.png")):
            self.assertEqual(images.upload(png(8, 8, 9), key).key, stored)
            self.assertEqual(images.metadata(stored)["width"], 8)
            images.delete(stored)
        with self.assertRaisesRegex(ValueError, "odd/"):
            images.upload(png(8, 8, 9), "odd/")


class Busy(BaseHTTPRequestHandler):
    seen: list[int] = []

    def do_GET(self) -> None:  # noqa: N802
        Busy.seen.append(1)
        body = json.dumps({"plan": "free"} if len(Busy.seen) > 1 else {"detail": "not now"}).encode()
        self.send_response(200 if len(Busy.seen) > 1 else 503)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Faulty(BaseHTTPRequestHandler):
    keys: list[object] = []

    def do_GET(self) -> None:  # noqa: N802
        if self.path == "/api/v1/usage":
            Faulty.keys.append(self.headers["Authorization"])
            self.moved()
        elif self.path == "/elsewhere":
            Faulty.keys.append(self.headers["Authorization"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")
        else:
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b'{"images"')

    def do_POST(self) -> None:  # noqa: N802
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.moved()

    def moved(self) -> None:
        self.send_response(301)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class WithoutServer(unittest.TestCase):
    def test_fails_as_it_says_when_the_line_does(self) -> None:
        server = HTTPServer(("127.0.0.1", 0), Faulty)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fovea = Fovea("fov_x", f"http://127.0.0.1:{server.server_port}")
        try:
            half = io.BytesIO()
            for status, call in (
                (0, fovea.images.list),
                (0, lambda: fovea.jobs.results("job", half)),
                (301, fovea.purge),
            ):
                with self.assertRaises(FoveaError) as failed:
                    call()
                self.assertEqual(failed.exception.status, status)
            fovea.usage()
        finally:
            server.shutdown()
            server.server_close()
        # A redirect may lead anywhere.
        self.assertEqual(Faulty.keys, ["Bearer fov_x", None])

    def test_verifies_what_the_standards_own_library_signs(self) -> None:
        # Made with standardwebhooks 1.1.1 for npm.
        secret = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
        headers = {
            "Webhook-Id": "message_1",
            "Webhook-Timestamp": "1800000000",
            "Webhook-Signature": "v1,AAAA v1,nt9VP4Q1Dmb29nv6uw1IMpo7xXOXu/CgwHB44YkTDPs=",
        }
        body = '{"type":"image.deleted","data":{"paths":["é.png"]}}'.encode()
        with unittest.mock.patch("time.time", return_value=1800000290):
            self.assertEqual(verify_webhook(body, headers, ["whsec_AAAA", secret])["type"], "image.deleted")
            for changed in ({"Webhook-Id": "message_2"}, {"Webhook-Timestamp": "1800000001"}):
                with self.assertRaises(WebhookError):
                    verify_webhook(body, {**headers, **changed}, secret)
            with self.assertRaises(WebhookError):
                verify_webhook(body + b" ", headers, secret)
            with self.assertRaises(WebhookError):
                verify_webhook(body, {}, secret)
            with self.assertRaises(ValueError):
                verify_webhook(body, headers, "a secret")
        with self.assertRaises(WebhookError):
            verify_webhook(body, headers, secret)

    def test_repeats_what_the_server_puts_off(self) -> None:
        server = HTTPServer(("127.0.0.1", 0), Busy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            usage = Fovea("fov_x", f"http://127.0.0.1:{server.server_port}").usage()
        finally:
            server.shutdown()
            server.server_close()
        self.assertEqual((usage, len(Busy.seen)), ({"plan": "free"}, 2))

    def test_signs_without_asking_when_told_everything(self) -> None:
        fovea = Fovea("fov_x", "https://img.example/base/", project="demo", signing_secret="top secret ☃")
        self.assertEqual(
            fovea.images.url("hero.jpg", {"resize": {"width": 800, "height": 600}}),
            "https://img.example/base/t/demo/eyJrZXkiOiJoZXJvLmpwZyIsImVkaXRzIjp7InJlc2l6ZSI6eyJ3aWR0aCI6ODAwLCJoZWlnaHQiOjYwMH19fQ"
            # As OpenSSL computes it.
            "?sig=fbd2c772f73921b473c658350d9792f50fc37c920df01d736e83851e1f02df6a",
        )
        self.assertEqual(
            fovea.images.delivery_url("blog/photo 1.jpg", h=600, w=800, grayscale=True, preset="card", format="avif"),
            "https://img.example/base/i/demo/blog/photo%201.avif?p:card&w=800&h=600&grayscale=true",
        )

    def test_names_what_is_wrong(self) -> None:
        for options, name in (({"url": "ftp://x"}, "url"), ({"api_key": ""}, "api_key"), ({"api_key": "fov_x\n"}, "api_key"), ({"signing_secret": ""}, "signing_secret")):
            with self.assertRaisesRegex(ValueError, name):
                Fovea(**{"api_key": "fov_x", **options})
        told = Fovea("fov_x", project="demo", signing_secret="s")
        with self.assertRaisesRegex(TypeError, "wide"):
            told.images.delivery_url("a.jpg", wide=5)
        with self.assertRaisesRegex(ValueError, "expires"):
            told.images.url("a.jpg", expires=-1)


if __name__ == "__main__":
    unittest.main()
