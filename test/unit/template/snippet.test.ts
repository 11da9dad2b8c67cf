import { describe, expect, it } from "vitest";
import { calledOn } from "../../../src/template/snippet.ts";

const SECTIONS = [
  ...["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions", "Rules"],
  ...["Transform", "Globals", "Resources", "Outputs", "Hooks"],
];

describe("what the macro is called on", () => {
  it.each(SECTIONS)("is a template, though it has nothing but %s", (section) => {
    expect(calledOn({ [section]: [] })).toMatchObject({ snippet: false, template: { [section]: [] } });
  });

  it.each([{ Resources: {}, Foo: 1 }, {}])("is a template: %j", (fragment) => {
    expect(calledOn(fragment)).toMatchObject({ snippet: false, template: fragment });
  });

  it.each(["AWS::Lambda::Function", "AWS::Serverless::Function"])("is a function: %s", (Type) => {
    expect(calledOn({ Type })).toMatchObject({ snippet: true });
  });

  it.each([{ Type: "AWS::S3::Bucket" }, { Runtime: "ruby3.3" }, { Description: "x", Runtime: "y" }, [], null, "text"])(
    "is no part that it knows: %j",
    (fragment) => {
      expect(calledOn(fragment)).toMatchObject({ code: "ND011" });
    },
  );
});
