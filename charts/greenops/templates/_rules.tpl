{{/*
Generated from the [EntityRbac] and [GenericRbac] attributes of the operator's classes; edit those, then run:
dotnet run --project crds/GreenOps.CrdGen -- --output crds --chart charts/greenops
*/}}

{{- define "greenops.rules.watched" -}}
- apiGroups:
    - ''
  resources:
    - configmaps
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - ''
  resources:
    - events
  verbs:
    - get
    - create
    - patch
- apiGroups:
    - ''
  resources:
    - persistentvolumeclaims
    - services
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - ''
  resources:
    - pods
  verbs:
    - list
    - watch
- apiGroups:
    - apps
  resources:
    - deployments
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - batch
  resources:
    - jobs
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - greenops.dev
  resources:
    - carbonbudgets
  verbs:
    - list
    - watch
- apiGroups:
    - greenops.dev
  resources:
    - carbonbudgets/status
    - greenmodels/status
  verbs:
    - patch
- apiGroups:
    - greenops.dev
  resources:
    - greenmodels
  verbs:
    - list
    - watch
    - patch
- apiGroups:
    - greenops.dev
  resources:
    - greenmodels/finalizers
  verbs:
    - update
- apiGroups:
    - networking.k8s.io
  resources:
    - networkpolicies
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - policy
  resources:
    - poddisruptionbudgets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
{{- end -}}

{{- define "greenops.rules.cluster" -}}
- apiGroups:
    - ''
  resources:
    - nodes
  verbs:
    - list
    - watch
- apiGroups:
    - greenops.dev
  resources:
    - carbonzones
  verbs:
    - list
    - watch
- apiGroups:
    - greenops.dev
  resources:
    - carbonzones/status
  verbs:
    - patch
{{- end -}}

{{- define "greenops.rules.default" -}}
- apiGroups:
    - ''
  resources:
    - events
  verbs:
    - get
    - create
    - patch
{{- end -}}

{{- define "greenops.rules.own" -}}
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  resourceNames:
    - {{ include "greenops.fullname" . | quote }}
  verbs:
    - get
    - update
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - create
{{- end -}}

{{- define "greenops.rules.named" -}}
- apiGroups:
    - ''
  resources:
    - secrets
  resourceNames:
    - {{ .name | quote }}
  verbs:
    - get
{{- end -}}
