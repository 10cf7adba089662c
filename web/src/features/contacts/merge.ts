import { queryOptions } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { useSaved } from "@/ui/saved";
import { type ContactDetails, type OrganizationDetails, type Subject, stale } from "./api";
import { contactKeys } from "./keys";

type ContactField = components["schemas"]["ContactMerge"]["take"] extends (infer F)[] | undefined
  ? F
  : never;
type OrganizationField = components["schemas"]["OrganizationMerge"]["take"] extends
  | (infer F)[]
  | undefined
  ? F
  : never;

type Row = { field: string; label: string; source: string; target: string };
/** Both names, and the values of each field on either side. */
export type Sides = { source: string; target: string; rows: Row[] };

/** What two contacts or organizations say, read for a comparison. */
export function sidesOf(subject: Subject, into: number, t: TFunction) {
  return queryOptions({
    queryKey: [...contactKeys.duplicates, "sides", subject.kind, subject.id, into],
    queryFn: async (): Promise<Sides> => {
      const both = [subject.id, into];
      if (subject.kind === "contact") {
        const [source, target] = await Promise.all(
          both.map((contact_id) =>
            read(client.GET("/api/v1/contacts/{contact_id}", { params: { path: { contact_id } } })),
          ),
        );
        return compared(source, target, contactFields(t));
      }
      const [source, target] = await Promise.all(
        both.map((organization_id) =>
          read(
            client.GET("/api/v1/organizations/{organization_id}", {
              params: { path: { organization_id } },
            }),
          ),
        ),
      );
      return compared(source, target, organizationFields(t));
    },
    staleTime: 0,
  });
}

type Fields<T> = readonly [field: string, label: string, say: (one: T) => string][];

function compared<T extends { name: string }>(
  source: T | undefined,
  target: T | undefined,
  fields: Fields<T>,
): Sides {
  if (!source || !target) throw new Error("Both sides were read.");
  const rows = fields.map(([field, label, say]) => ({
    field,
    label,
    source: say(source),
    target: say(target),
  }));
  return { source: source.name, target: target.name, rows };
}

function contactFields(t: TFunction): Fields<ContactDetails> {
  const yes = (held: boolean) => t(held ? "contactPage.yes" : "contactPage.no");
  return [
    ["name", t("contactPage.name"), (one) => one.name],
    ["primary_address", t("contactPage.primaryAddress"), (one) => one.emails[0] ?? ""],
    ["organization", t("contactPage.organization"), (one) => one.organization?.name ?? ""],
    ["organization_manager", t("contactPage.managerField"), (one) => yes(one.organization_manager)],
    ["vip", t("contactPage.vip"), (one) => yes(one.vip)],
    ["language", t("contactPage.language"), (one) => one.language],
    ["time_zone", t("contactPage.zone"), (one) => one.time_zone ?? ""],
    ["external_id", t("contactPage.externalId"), (one) => one.external_id ?? ""],
  ];
}

function organizationFields(t: TFunction): Fields<OrganizationDetails> {
  return [
    ["name", t("contactPage.name"), (one) => one.name],
    [
      "shares_tickets",
      t("contactPage.shares"),
      (one) => t(one.shares_tickets ? "contactPage.yes" : "contactPage.no"),
    ],
    ["external_id", t("contactPage.externalId"), (one) => one.external_id ?? ""],
    ["language", t("contactPage.language"), (one) => one.language ?? ""],
    ["time_zone", t("contactPage.zone"), (one) => one.time_zone ?? ""],
    ["vip", t("contactPage.vip"), (one) => t(one.vip ? "contactPage.yes" : "contactPage.no")],
  ];
}

/** Merges one into the other and goes to the page of the one that is kept. */
export function useMerge({ kind, id }: Subject, into: number) {
  const { t } = useTranslation();
  const saved = useSaved();
  const navigate = useNavigate();
  return async (take: string[], name: string) => {
    if (kind === "contact") {
      const written = await write(
        client.POST("/api/v1/contacts/{contact_id}/merge", {
          params: { path: { contact_id: id } },
          body: { into, take: take as ContactField[] },
        }),
      );
      saved(written, t("contactPage.merged", { name }), stale);
      await navigate({ to: "/desk/contacts/$contactId", params: { contactId: String(into) } });
      return;
    }
    const written = await write(
      client.POST("/api/v1/organizations/{organization_id}/merge", {
        params: { path: { organization_id: id } },
        body: { into, take: take as OrganizationField[] },
      }),
    );
    saved(written, t("contactPage.merged", { name }), stale);
    await navigate({
      to: "/desk/organizations/$organizationId",
      params: { organizationId: String(into) },
    });
  };
}
