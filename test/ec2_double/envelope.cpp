#include "ec2_double/envelope.hpp"

#include <sstream>

namespace ec2_double {
namespace {

constexpr const char* kStsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  document.save(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return out.str();
}

void add(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_child(name).text().set(value.c_str());
}

}  // namespace

Envelope::Envelope(Service service, const std::string& action, const std::string& request_id) {
  auto root = document_.append_child((action + "Response").c_str());
  if (service == Service::ec2) {
    root.append_attribute("xmlns") = "http://ec2.amazonaws.com/doc/2016-11-15/";
    add(root, "requestId", request_id);
    result_ = root;
  } else {
    root.append_attribute("xmlns") = kStsNamespace;
    result_ = root.append_child((action + "Result").c_str());
    add(root.append_child("ResponseMetadata"), "RequestId", request_id);
  }
}

std::string Envelope::text() const {
  return text_of(document_);
}

std::string error_text(Service service, const Error& error, const std::string& request_id) {
  pugi::xml_document document;
  auto root = document.append_child(service == Service::ec2 ? "Response" : "ErrorResponse");
  pugi::xml_node node;
  if (service == Service::ec2) {
    node = root.append_child("Errors").append_child("Error");
  } else {
    root.append_attribute("xmlns") = kStsNamespace;
    node = root.append_child("Error");
    add(node, "Type", error.status < 500 ? "Sender" : "Receiver");
  }
  add(node, "Code", error.code);
  add(node, "Message", error.message);
  add(root, service == Service::ec2 ? "RequestID" : "RequestId", request_id);
  return text_of(document);
}

}  // namespace ec2_double
