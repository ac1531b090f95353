#pragma once

#include "app/backend/http/tasks.h"

#include <QByteArray>

#include <map>
#include <memory>

namespace drover::backend {

/// Where connection strings rest between two starts.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    virtual QCoro::Task<Result<void>> write(QString name, QByteArray secret) = 0;
    /// NotFound when there is none; Storage when the keychain does not answer within a few seconds.
    virtual QCoro::Task<Result<QByteArray>> read(QString name) = 0;
    virtual QCoro::Task<Result<void>> remove(QString name) = 0;
};

/// The desktop's keychain, through QtKeychain, with a time limit: a locked keyring must not hang the window.
std::unique_ptr<SecretStore> keychain();
/// Forgets with the process.
std::unique_ptr<SecretStore> memoryStore();

} // namespace drover::backend
