from django.urls import path

from courses.views import certificates

app_name = "certificates"
urlpatterns = [
    path("certificates/", certificates.certificate_list, name="list"),
    path("certificates/check/", certificates.check, name="check"),
    path("certificates/revoked.json", certificates.revoked, name="revoked"),
    path("certificates/<uuid:code>/", certificates.certificate, name="certificate"),
    path("certificates/<uuid:code>/pdf/", certificates.certificate_pdf, name="pdf"),
    path("certificates/<uuid:code>/credential.json", certificates.credential, name="credential"),
    path("certificates/<uuid:code>/card-<slug:digest>.png", certificates.card, name="card"),
    path("certificates/<uuid:code>/revoke/", certificates.revoke, name="revoke"),
    path(".well-known/did.json", certificates.did, name="did"),
    path(".well-known/jwks.json", certificates.keys, name="keys"),
]
