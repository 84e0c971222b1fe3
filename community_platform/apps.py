from django.apps import AppConfig


class CommunityPlatformConfig(AppConfig):
    name = "community_platform"

    def ready(self) -> None:
        import community_platform.checks  # noqa: F401, PLC0415 - registers the system checks
