#pragma once

#include "app/backend/hub/hubclient.h"

namespace drover::migration {

/// What a twin is compared by: 8 bytes for each of tags, desired and reported properties, then 8 bytes for each of its
/// values, so that one that differs can be named and none is kept. A twin of more than 64 values has the 24 bytes alone.
/// `ownProperty`: a desired property that a run itself writes.
QByteArray digestOf(const backend::Twin &twin, const QString &ownProperty = {});

/// "its tags (site changed, 1 is gone)": in what a twin is not any more what it was, empty where it is the same. Values that
/// are gone have no name: it was not kept.
QString differing(const QByteArray &before, const backend::Twin &now, const QString &ownProperty = {});

/// The same against the twin that an enrollment gives a device to begin with; what the device reports is its own affair.
QString differingFromInitial(backend::Twin initial, const backend::Twin &now, const QString &ownProperty = {});

/// Tags and desired properties of an enrollment's initialTwin; empty objects where it has none.
backend::Twin initialTwinOf(const QByteArray &enrollment);

} // namespace drover::migration
