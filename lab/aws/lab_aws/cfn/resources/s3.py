"""AWS::S3::Bucket, BucketPolicy"""
from ... import clients, settings
from ..state import physical_name
from . import Provider, provides
from .functions import forgive
from .iam import document


def lifecycle(found):
    rules = []
    for rule in found["Rules"]:
        shown = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
        if "Id" in rule:
            shown["ID"] = rule["Id"]
        if "ExpirationInDays" in rule:
            shown["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
        if "AbortIncompleteMultipartUpload" in rule:
            shown["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])}
        days = (rule.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays") or rule.get("NoncurrentVersionExpirationInDays")
        if days:
            shown["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(days)}
        rules.append(shown)
    return {"Rules": rules}


def encryption(found):
    rules = []
    for rule in found["ServerSideEncryptionConfiguration"]:
        shown = {}
        default = rule.get("ServerSideEncryptionByDefault")
        if default:
            shown["ApplyServerSideEncryptionByDefault"] = default
        if "BucketKeyEnabled" in rule:
            shown["BucketKeyEnabled"] = rule["BucketKeyEnabled"] in (True, "true")
        rules.append(shown)
    return {"Rules": rules}


@provides("AWS::S3::Bucket")
class Bucket(Provider):
    replace_on = ("BucketName",)

    def create(self, run, resource, properties):
        name = properties.get("BucketName") or physical_name(run.stack, resource.logical, 63, lower=True)
        clients.of("s3").create_bucket(Bucket=name)
        resource.physical = name
        resource.attributes = {"Arn": f"arn:aws:s3:::{name}", "DomainName": f"{name}.s3.amazonaws.com",
                               "RegionalDomainName": f"{name}.s3.{settings.REGION}.amazonaws.com",
                               "WebsiteURL": f"http://{name}.s3-website-{settings.REGION}.amazonaws.com"}
        self.configure(name, properties)

    def configure(self, name, properties):
        client = clients.of("s3")
        if "BucketEncryption" in properties:
            client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=encryption(properties["BucketEncryption"]))
        if "PublicAccessBlockConfiguration" in properties:
            block = {key: value in (True, "true") for key, value in properties["PublicAccessBlockConfiguration"].items()}
            client.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        if "VersioningConfiguration" in properties:
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
        if "OwnershipControls" in properties:
            client.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
        if "LifecycleConfiguration" in properties:
            client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration=lifecycle(properties["LifecycleConfiguration"]))
        if properties.get("Tags"):
            client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": properties["Tags"]})

    def update(self, run, resource, old, new):
        client, name = clients.of("s3"), resource.physical
        if "LifecycleConfiguration" in old and "LifecycleConfiguration" not in new:
            client.delete_bucket_lifecycle(Bucket=name)
        self.configure(name, new)

    def delete(self, stack, resource):
        forgive(clients.of("s3").delete_bucket, Bucket=resource.physical)


@provides("AWS::S3::BucketPolicy")
class BucketPolicy(Provider):
    replace_on = ("Bucket",)

    def create(self, run, resource, properties):
        resource.physical = properties["Bucket"]
        self.update(run, resource, {}, properties)

    def update(self, run, resource, old, new):
        clients.of("s3").put_bucket_policy(Bucket=new["Bucket"], Policy=document(new["PolicyDocument"]))

    def delete(self, stack, resource):
        forgive(clients.of("s3").delete_bucket_policy, Bucket=resource.properties["Bucket"])
