import type {
  Contact,
  LifecycleRulesList,
  Me,
  Person,
  Resolution,
  Status,
  StatusCategory,
  Team,
} from "@/api/types";

/** An invented small company, for tests and for looking at the screens without a server. */
const status = (position: number, key: StatusCategory, name: string): Status => ({
  id: position,
  key,
  name,
  category: key,
  position,
  color: null,
  active: true,
  next: [],
  version: 1,
});

export const statuses: Status[] = [
  status(1, "new", "New"),
  status(2, "open", "Open"),
  status(3, "waiting", "Waiting on requester"),
  status(4, "on_hold", "On hold"),
  status(5, "resolved", "Resolved"),
  status(6, "closed", "Closed"),
];

const team = (id: number, name: string, color: string, open_count: number): Team => ({
  id,
  name,
  color,
  member_ids: [],
  reply_assigns: "never",
  version: 1,
  open_count,
});

export const teams: Team[] = [
  team(1, "IT Support", "#5b97c8", 14),
  team(2, "Network", "#4fbfa5", 6),
  team(3, "Customer Support", "#7e58c2", 31),
  team(4, "Facilities", "#c25070", 4),
];

const agent = (id: number, name: string): Person => ({
  id,
  kind: "staff",
  name,
  email: `${name.split(" ")[0]?.toLowerCase()}@halvorsen.example`,
  role: { id: 2, name: "Agent" },
  team_ids: [1],
  sees_all_teams: true,
  active: true,
  version: 1,
});

export const staff: Person[] = [
  agent(1, "Tomasz Zieliński"),
  agent(2, "Mina Farouk"),
  agent(3, "Priya Raman"),
  agent(4, "Yuki Tanaka"),
  agent(5, "Melisa Núñez"),
];

export const me: Me = {
  person: {
    id: 1,
    name: "Tomasz Zieliński",
    email: "tomasz@halvorsen.example",
    role: { id: 2, name: "Agent" },
    kind: "staff",
    locale: "en",
    team_ids: [1],
    sees_all_teams: true,
  },
  workspace: { id: 1, name: "Halvorsen Instruments", logo: null },
  permissions: [
    "ticket:read",
    "contact:read",
    "people:read",
    "mail:read",
    "outbox:read",
    "settings:read",
    "ticket:open",
    "ticket:reply",
    "ticket:note",
    "outbox:manage",
    "mail:manage",
    "mail:quarantine",
  ],
  audience: "staff",
  live_url: "/ws/",
  settings: {
    undo_send_seconds: 8,
    undo_send_default: 10,
    undo_send_chosen: true,
    after_send: "stay",
    upload_max_bytes: 25_000_000,
  },
};

const contact = (id: number, name: string, organization: string): Contact => ({
  id,
  name,
  fields: {},
  emails: [`contact${id}@${organization.split(" ")[0]?.toLowerCase()}.example`],
  organization: { id: id % 7, name: organization },
  organization_manager: false,
  time_zone: null,
  ticket_count: 2,
  created_at: "2026-09-01T08:00:00Z",
  version: 1,
  vip: false,
  language: "en",
  external_id: null,
});

export const contacts: Contact[] = [
  contact(101, "Nguyễn Thị Hà", "Halvorsen Hanoi"),
  contact(102, "ليلى حدّاد", "Ufuq Supplies"),
  contact(103, "Inês Carvalho", "Halvorsen Lisbon"),
  contact(104, "Jun-ho Park", "Hanbit Drawing"),
  contact(105, "Marguerite Dufour", "Dufour Packaging"),
  contact(106, "Oluwaseun Adeyemi", "Adeyemi Works"),
  contact(107, "Aroha Ngata", "Kowhai Clinic"),
  contact(108, "Søren Lindqvist", "Nordlys Shipping"),
  contact(109, "Chidinma Okonkwo", "Okonkwo Foods"),
  contact(110, "Hassan Raza", "Raza Freight"),
];

/** What a workspace does that never said when its tickets close. */
export const lifecycleRules: LifecycleRulesList = {
  workspace: {
    close_after_days: 7,
    reopen_within_days: null,
    keep_assignee: true,
    resolution_required: false,
    version: 0,
  },
  teams: [],
};

export const resolutions: Resolution[] = [
  {
    id: 1,
    key: "solved",
    name: "Solved",
    description: "We did what was asked",
    position: 1,
    active: true,
    version: 1,
  },
  {
    id: 2,
    key: "duplicate",
    name: "Duplicate",
    description: "",
    position: 2,
    active: true,
    version: 1,
  },
];
