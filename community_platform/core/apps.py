from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "community_platform.core"
    label = "core"
    verbose_name = "Kernel"
