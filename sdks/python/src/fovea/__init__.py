"""Client of Fovea, the self-hosted image platform: upload images, sign and build their URLs, look after a project."""

from ._client import Fovea
from ._error import FoveaError
from ._exports import Exports, ProjectExport
from ._facts import Facts
from ._images import Image, ImageList, Images, ListedImage, UploadAddress, UploadedImage
from ._jobs import Jobs
from ._keys import ApiKey, Keys
from ._library import FoundImages, Library, LibraryFolder, LibraryPage
from ._links import AccessLink, Links
from ._presets import Preset, Presets
from ._transform import Stored, StoredObject, TransformResult
from ._webhooks import Webhook, WebhookError, Webhooks, verify_webhook

__all__ = [
    "AccessLink",
    "ApiKey",
    "Exports",
    "Facts",
    "FoundImages",
    "Fovea",
    "FoveaError",
    "Image",
    "ImageList",
    "Images",
    "Jobs",
    "Keys",
    "Library",
    "LibraryFolder",
    "LibraryPage",
    "Links",
    "ListedImage",
    "Preset",
    "Presets",
    "ProjectExport",
    "Stored",
    "StoredObject",
    "TransformResult",
    "UploadAddress",
    "UploadedImage",
    "Webhook",
    "WebhookError",
    "Webhooks",
    "verify_webhook",
]
